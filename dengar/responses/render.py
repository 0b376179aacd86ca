"""The desk for people and machines. Texts are printed as text, never as markup; what policy switches off says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import typer

from dengar.policy import OFF, Policy
from dengar.records import JAKARTA

if TYPE_CHECKING:
    from dengar.responses.breaches import Breaches
    from dengar.responses.queue import Row
    from dengar.responses.record import Response
    from dengar.responses.session import Opened
    from dengar.responses.similar import Case
    from dengar.responses.store import Held

Mention = dict[str, Any]
DERIVED = ("intent", "category", "urgency", "complete", "sentiment")
SHOWN = 160
_INNER = ("turns", "signatures", "grievance")


def as_told(response: Response, policy: Policy) -> dict[str, Any]:
    """The record without its inner parts; fields that policy does not let be shown are the sentence that says so."""
    told = {name: value for name, value in response.items() if name not in _INNER}
    for field in DERIVED:
        verdict = policy.verdict(
            "show", response["platform"], f"mention.{'complaint' if field == 'complete' else field}"
        )
        if not verdict:
            told[field] = verdict.reason
    return told


def tell_queue(
    rows: Sequence[Row],
    total: int,
    texts: Mapping[str, Mention],
    breaches: Sequence[Breaches],
    policy: Policy,
    now: datetime,
    as_json: bool,
) -> None:
    """The rows, and what will be overdue."""
    if as_json:
        for row in rows:
            asked = texts.get(row.response["id"])
            beside = {"text": asked and asked["text"], "permalink": asked and asked.get("permalink")}
            _line(as_told(row.response, policy) | beside | {"others": [one.response["id"] for one in row.others]})
        _line({"total": total, "breaches": [one.as_dict() for one in breaches]})
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        typer.echo("Nobody waits: the queue is empty.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("due (WIB)", "state", "what", "who", "text", "id"):
        table.add_column(column, overflow="fold", ratio=3 if column == "text" else None)
    for row in rows:
        response = row.response
        more = f" +{len(row.others)}" if row.others else ""
        asked = texts.get(response["id"])
        table.add_row(
            _due(response, now),
            response["state"] + more,
            Text(_what(response, policy)),
            response["assigned_to"] or response["directorate"] or "",
            Text((asked["text"] if asked else "(deleted)")[:SHOWN]),
            Text(response["id"]),
        )
    Console().print(table)
    for one in breaches:
        typer.echo(_soon(one))


def _soon(one: Breaches) -> str:
    where = f"{one.platform}: " if one.platform else ""
    by = f"{one.until.astimezone(JAKARTA):%d %b %H:%M} WIB"
    return f"{where}{one.overdue} are overdue, {one.will_be_overdue} more will be by {by} if nobody answers."


def _due(response: Response, now: datetime) -> str:
    waits = [one for one in response["rounds"] if one["ended_at"] is None]
    if not waits:
        return ""
    due = datetime.fromisoformat(waits[-1]["due_at"])
    text = f"{due.astimezone(JAKARTA):%m-%d %H:%M}" + ("" if waits[-1]["due_certain"] else " ?")
    return f"{text} LATE" if due < now else text


def _what(response: Response, policy: Policy) -> str:
    told = as_told(response, policy)
    if not response["classified"]:
        return f"{response['platform']} {OFF}"
    return " ".join(
        str(told[name]) for name in ("urgency", "category", "intent") if told[name] and told[name] != "none"
    )


def tell_causes(causes: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """Root causes of what is open."""
    if as_json:
        for one in causes:
            _line(dict(one))
        return
    from rich.console import Console
    from rich.table import Table

    if not causes:
        typer.echo("Nobody waits: there is no cause to count.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("platform", "programme", "place", "stage", "open", "resolved", "came back"):
        table.add_column(column, justify="right" if column in ("open", "resolved", "came back") else "left")
    for one in causes:
        names = [one["platform"], *(one["cause"][name] or "-" for name in ("programme", "place", "stage"))]
        table.add_row(*names, str(one["open"]), str(one["resolved"]), str(one["recurred"]))
    Console().print(table)


def tell_conversation(
    opened: Opened, copies: Sequence[Response], cases: Sequence[Case], policy: Policy, now: datetime, as_json: bool
) -> None:
    """One conversation, whole."""
    if as_json:
        _line(
            {
                "conversation": as_told(opened.response, policy) | {"flags": list(opened.flags)},
                "actions": opened.actions["actions"] if opened.actions else [],
                "mentions": [_mention(one) for one in opened.mentions],
                "post": _mention(opened.post) if opened.post else None,
                "near_copies": [
                    {"id": one["id"], "state": one["state"], "platform": one["platform"]} for one in copies
                ],
                "similar": [
                    {"id": case.response["id"], "asked": case.asked["text"], "answer": case.answer["text"]}
                    for case in cases
                ],
            }
        )
        return
    from rich.console import Console
    from rich.text import Text

    console, one = Console(), opened.response
    console.print(Text(one["id"], style="bold"))
    console.print(Text(f"{one['state']} · {_what(one, policy)} · {_due(one, now)}".strip(" ·")))
    for said in opened.mentions:
        at = datetime.fromisoformat(said["published_at"]).astimezone(JAKARTA)
        console.print(Text(f"{at:%m-%d %H:%M} {said['author']['role']}: {said['text']}"))
    if link := next((said["permalink"] for said in opened.mentions if said.get("permalink")), None):
        console.print(Text(f"open it: {link}", style="dim"))
    for wait in one["rounds"]:
        ended = (
            f"{wait['ended_by']} after {_hours(wait['wall_ms'])} ({_hours(wait['working_ms'])} working)"
            if wait["ended_by"]
            else "waits"
        )
        console.print(Text(f"asked {wait['asked_at']}, due {wait['due_at']}: {ended}", style="dim"))
    if opened.flags:
        console.print(Text(f"answers: {', '.join(opened.flags)}", style="dim"))
    if "asks_private_data" in opened.flags:
        console.print(Text("PRIVACY: an official answer asks for NIK, phone or the like in public.", style="bold red"))
    for action in opened.actions["actions"] if opened.actions else ():
        what = " ".join(str(action[name]) for name in ("to", "reason", "reference", "note") if action[name])
        console.print(Text(f"{action['at']} {action['by']} {action['kind']} {what}".strip(), style="dim"))
    for copy in copies:
        console.print(Text(f"nearly the same text: {copy['id']} ({copy['state']})", style="dim"))
    for case in cases:
        console.print(
            Text(f"a case like it: {case.asked['text'][:SHOWN]}\n  answered: {case.answer['text']}", style="dim")
        )


def tell_card(card: Mapping[str, Any], policy: Policy, as_json: bool) -> None:
    """The card of a session; counters that policy does not let be shown say so."""
    platform = "youtube" if card["post_id"].startswith("yt:") else "instagram"
    counters: dict[str, Any] = {}
    for name, value in card["counters"].items():
        verdict = policy.verdict("show", platform, f"metrics.{name}")
        counters[name] = value if verdict or value is None else verdict.reason
    if as_json:
        _line({**card, "counters": counters})
        return
    typer.echo(f"{card['post_id']} {card['format'] or ''} {card['title'] or ''}".strip())
    typer.echo(
        f"{card['questions']} questions: {card['answered_during']} answered in writing during it, {card['answered_after']} after, "
        f"{card['answered_orally']} by word of mouth, {card['open']} open, {card['other']} settled otherwise."
    )
    if told := [f"{name} {value}" for name, value in counters.items() if value is not None]:
        typer.echo(f"As last told, {card['counters_at']}: {', '.join(told)}.")


def tell_done(done: Sequence[Held], kind: str, as_json: bool) -> None:
    """How each conversation stands after an action."""
    for entry in done:
        one = entry.response
        if as_json:
            _line(
                {
                    "id": one["id"],
                    "action": kind,
                    "state": one["state"],
                    "assigned_to": one["assigned_to"],
                    "desk_at": one["desk_at"],
                }
            )
        else:
            typer.echo(f"{one['id']} is {one['state'].replace('_', ' ')}.")


def _mention(mention: Mention) -> dict[str, Any]:
    names = ("id", "kind", "published_at", "title", "text", "permalink")
    return {name: mention.get(name) for name in names} | {"role": mention["author"]["role"]}


def _hours(milliseconds: int) -> str:
    minutes = milliseconds // 60_000
    return f"{minutes // 60}:{minutes % 60:02d}"


def _line(body: Any) -> None:
    typer.echo(orjson.dumps(body).decode())
