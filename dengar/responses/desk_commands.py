"""`dengar responses queue|show|assign|note|…`: the desk at the keyboard. Nothing here writes to a platform."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from dengar.moment_option import moment_option

if TYPE_CHECKING:
    from dengar.responses.queue import Asked
    from dengar.responses.session import DeskSession

IDS = typer.Argument(..., metavar="ID…", help="Conversations; - reads ids from stdin, one a line.")
BY = typer.Option(None, "--by", metavar="NAME", help="Your nickname in the action; default: a pseudonym, analyst-…")
NOTE = typer.Option(None, "--note", help="A note beside it; personal data in it is masked.")
JSON = typer.Option(False, "--json", help="For machines.")
WAIT = typer.Option(False, "--wait", help="Wait until the index tells it.")


class Reason(StrEnum):
    """Why a conversation is dismissed; as dengar.responses.actions.REASONS."""

    NOT_OURS = "not_ours"
    NO_COMPLAINT = "no_complaint"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    ABUSE = "abuse"
    OTHER = "other"


def register(app: typer.Typer) -> None:
    """Add the verbs to `dengar responses`."""
    app.command("queue")(queue_command)
    app.command("show")(show_command)
    app.command("session")(session_command)
    app.command("assign")(assign_command)
    app.command("note")(note_command)
    app.command("hand-over")(hand_over_command)
    app.command("close")(close_command)
    app.command("resolve")(resolve_command)
    app.command("dismiss")(dismiss_command)
    app.command("reopen")(reopen_command)
    app.command("answered-live")(answered_live_command)


@contextmanager
def _session(by: str | None = None) -> Iterator[DeskSession]:
    """A session on the running stack; what people asked wrongly ends with status 2, what is not there with 1."""
    import re

    from dengar.responses.actions import ActionError
    from dengar.responses.session import DeskSession, NoConversationError
    from dengar.target import target

    settings = target()
    if not settings.kafka_bootstrap or not settings.elasticsearch_url:
        typer.echo("dengar: There is no desk without a stack: start it with `dengar up`.", err=True)
        raise typer.Exit(1)
    if by is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", by):
        raise typer.BadParameter("a nickname has letters, digits, . _ and -, at most 64.", param_hint="--by")
    try:
        with DeskSession(settings, by) as session:
            yield session
    except ActionError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from error
    except NoConversationError as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(1) from error


def queue_command(
    state: str | None = typer.Option(
        None, help="new, waiting, overdue, answered …, comma separated; default: what is open."
    ),
    platform: str | None = typer.Option(None, help="youtube or instagram."),
    category: str | None = typer.Option(None, help="Category of the complaint, e.g. bansos_not_received."),
    urgency: str | None = typer.Option(None, help="none, attention or urgent."),
    directorate: str | None = typer.Option(None, help="Code of infra/routing.yaml, e.g. linjamsos."),
    assigned: str | None = typer.Option(None, help="Whose they are."),
    unassigned: bool = typer.Option(False, "--unassigned", help="Only what nobody has."),
    due: str | None = typer.Option(None, help="Due before: 2026-11-24T16:00 (Jakarta) or a full time."),
    flag: str | None = typer.Option(
        None, help="Only where an official answer does so: asks_private_data, redirects_only …"
    ),
    causes: bool = typer.Option(
        False, "--causes", help="Count by root cause (programme, place, stage) instead of listing."
    ),
    limit: int = typer.Option(30, min=1, max=500, help="Conversations at most."),
    as_json: bool = JSON,
) -> None:
    """Who waits for an answer, the most pressing first: urgency, deadline, how many joined in, mood.

    One grievance of one person is one row. The last lines tell what will be overdue by the end of office hours if nobody answers.

    Example: dengar responses queue --directorate linjamsos --due 2026-11-25T16:00
    """
    from dengar.responses import render
    from dengar.responses.breaches import breaches, end_of_day, together
    from dengar.responses.queue import causes as root_causes

    asked = _asked(state, platform, category, urgency, directorate, assigned, unassigned, due, flag)
    with _session() as session:
        if causes:
            render.tell_causes(root_causes(session.client, session.policy, limit), as_json)
            return
        rows, total = session.queue(asked, limit)
        now = session.now()
        told = together(breaches(session.client, now, end_of_day(session.desk.working, now)), session.policy)
        render.tell_queue(rows, total, session.texts(row.response for row in rows), told, session.policy, now, as_json)


def _asked(
    state: str | None,
    platform: str | None,
    category: str | None,
    urgency: str | None,
    directorate: str | None,
    assigned: str | None,
    unassigned: bool,
    due: str | None,
    flag: str | None,
) -> Asked:
    from dengar.responses.answer import FLAGS
    from dengar.responses.queue import Asked
    from dengar.responses.state import STATES

    states = tuple(part.strip().replace("-", "_") for part in (state or "").split(",") if part.strip())
    if unknown := [one for one in states if one not in STATES]:
        raise typer.BadParameter(f"{unknown[0]} is no state: choose from {', '.join(STATES)}.", param_hint="--state")
    if flag is not None and flag not in FLAGS:
        raise typer.BadParameter(f"{flag} is no flag: choose from {', '.join(FLAGS)}.", param_hint="--flag")
    return Asked(
        states,
        platform,
        category,
        urgency,
        directorate,
        assigned,
        unassigned,
        due_before=moment_option(due, "--due", datetime.now(UTC), end_of_day=True),
        flag=flag,
    )


def show_command(identity: str = typer.Argument(..., metavar="ID"), as_json: bool = JSON) -> None:
    """One conversation: its texts, clocks and actions, the same text elsewhere, and answered cases like it.

    Example: dengar responses show ig:comment:18000000000000077
    """
    from dengar.responses import render

    with _session() as session:
        opened = session.open(identity)
        copies, cases = session.copies(opened), session.similar(opened)
        render.tell_conversation(opened, copies, cases, session.policy, session.now(), as_json)


def session_command(post_id: str = typer.Argument(..., metavar="POST"), as_json: bool = JSON) -> None:
    """The card of a live, a question round or a story: what was asked, and how it was answered.

    What was answered by word of mouth is marked by hand: `dengar responses answered-live`.

    Example: dengar responses session yt:video:contohVid01
    """
    from dengar.responses import render

    with _session() as session:
        render.tell_card(session.card(post_id), session.policy, as_json)


def assign_command(
    ids: list[str] = IDS,
    to: str = typer.Option(..., "--to", help="A colleague's nickname, or a directorate's code."),
    note: str | None = NOTE,
    by: str | None = BY,
    wait: bool = WAIT,
    as_json: bool = JSON,
) -> None:
    """Give conversations to somebody.

    Example: dengar responses assign ig:comment:18000000000000077 --to linjamsos
    """
    _act(ids, "assign", by, wait, as_json, to=to, note=note)


def note_command(
    ids: list[str] = IDS,
    text: str = typer.Option(..., "--text", help="The note; personal data in it is masked."),
    by: str | None = BY,
    wait: bool = WAIT,
    as_json: bool = JSON,
) -> None:
    """Leave a note on conversations.

    Example: dengar responses note ig:comment:18000000000000077 --text "Sudah ditanyakan ke dinas"
    """
    _act(ids, "note", by, wait, as_json, note=text)


def hand_over_command(
    ids: list[str] = IDS,
    reference: str = typer.Option(..., "--reference", help="Number in the other system, e.g. of SP4N-LAPOR."),
    note: str | None = NOTE,
    by: str | None = BY,
    wait: bool = WAIT,
    as_json: bool = JSON,
) -> None:
    """Tell that another system has it now. It leaves the queue until somebody asks again.

    Example: dengar responses hand-over ig:comment:18000000000000077 --reference LAPOR-1234567
    """
    _act(ids, "hand_over", by, wait, as_json, reference=reference, note=note)


def close_command(
    ids: list[str] = IDS, note: str | None = NOTE, by: str | None = BY, wait: bool = WAIT, as_json: bool = JSON
) -> None:
    """Answered, and nothing more is expected.

    Example: dengar responses close ig:comment:18000000000000077
    """
    _act(ids, "close", by, wait, as_json, note=note)


def resolve_command(
    ids: list[str] = IDS, note: str | None = NOTE, by: str | None = BY, wait: bool = WAIT, as_json: bool = JSON
) -> None:
    """The matter itself is settled: the resolution clock stops.

    Example: dengar responses resolve ig:comment:18000000000000077 --note "Bantuan sudah diterima"
    """
    _act(ids, "resolve", by, wait, as_json, note=note)


def dismiss_command(
    ids: list[str] = IDS,
    reason: Reason = typer.Option(..., "--reason", help="Why it needs no answer."),
    note: str | None = NOTE,
    by: str | None = BY,
    wait: bool = WAIT,
    as_json: bool = JSON,
) -> None:
    """It needs no answer. Where the machine misread it, correct that with `dengar label set` instead.

    Example: dengar responses dismiss ig:comment:18000000000000077 --reason not_ours
    """
    _act(ids, "dismiss", by, wait, as_json, reason=reason.value, note=note)


def reopen_command(
    ids: list[str] = IDS, note: str | None = NOTE, by: str | None = BY, wait: bool = WAIT, as_json: bool = JSON
) -> None:
    """Take back resolve, close, dismiss or hand-over: a clock that they stopped runs on.

    Example: dengar responses reopen ig:comment:18000000000000077
    """
    _act(ids, "reopen", by, wait, as_json, note=note)


def answered_live_command(
    ids: list[str] = IDS, note: str | None = NOTE, by: str | None = BY, wait: bool = WAIT, as_json: bool = JSON
) -> None:
    """Answered by word of mouth in a live session (dijawab lisan): counted apart from written answers.

    Example: dengar responses answered-live yt:chat:LCC.contoh0001
    """
    _act(ids, "answered_live", by, wait, as_json, note=note)


def _act(ids: list[str], kind: str, by: str | None, wait: bool, as_json: bool, **told: str | None) -> None:
    from dengar.responses import render

    names = [name for one in ids for name in (sys.stdin.read().split() if one == "-" else [one])]
    if not names:
        raise typer.BadParameter("name at least one conversation.", param_hint="ID")
    with _session(by) as session:
        done = session.act(names, kind, **told)
        render.tell_done(done, kind, as_json)
        if wait and not session.wait(done):
            typer.echo(
                "dengar: It is published, but the index does not tell it yet: is track_responses running? See `dengar status`.",
                err=True,
            )
            raise typer.Exit(1)
