"""`dengar attribution lift` and `lead`: what posts caused in a series of counts, without any service."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from datetime import timedelta

    from dengar.attribution.usual import Usual

LIFT_FORMULA, LEAD_FORMULA = "lift/seasonal-level-placebo/1", "lead/matched-filter-placebo/1"

_SERIES = typer.Argument(..., help="CSV timestamp,value of equal bins.", exists=True, dir_okay=False)
_POSTS = typer.Argument(..., help="Times of the posts, one a line.", exists=True, dir_okay=False)


def lift(
    series: Path = _SERIES,
    posts: Path = _POSTS,
    hours: float = typer.Option(12.0, "--hours", min=0.1, help="How long a post may work."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a post."),
) -> None:
    """Mentions above what would have been after each post, with a 90 % interval; "no effect shown" where it includes 0.

    What would have been is the hour of day and weekday, times the level of the day before and after. The interval comes from moments of
    the same series without a post: give it two weeks or more.

    Example: dengar attribution lift mentions.csv posts.txt --hours 6
    """
    from dengar.attribution.lift import lift as lift_of

    usual, placed, step = _read(series, posts, hours)
    start = _start(series)
    for post in placed:
        found = lift_of(usual, post, hours)
        at = (start + post * step).isoformat()
        low, high = (round(one, 2) if math.isfinite(one) else None for one in (found.low, found.high))
        row = {
            "post": at,
            "mentions": round(found.mentions, 2),
            "low": low,
            "high": high,
            "usual": round(found.usual, 2),
        }
        if as_json:
            _print(row | {"shown": found.shown, "placebos": found.placebos, "formula": LIFT_FORMULA})
        elif low is None:
            typer.echo(f"{at}  {found.mentions:+.0f} mentions; too little quiet time for an interval")
        else:
            said = "" if found.shown else "  no effect shown"
            typer.echo(
                f"{at}  {found.mentions:+.0f} mentions ({low:+.0f} … {high:+.0f}) on {found.usual:.0f} usual ones{said}"
            )


def lead(
    series: Path = _SERIES,
    posts: Path = _POSTS,
    longest: float = typer.Option(24.0, "--longest", min=0.1, help="Longest lead looked for, hours."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> None:
    """How long after posts the response begins, with a 90 % interval, or "no effect shown".

    An effect is shown if hardly any draw of as many moments without a post looks as much like a response.

    Example: dengar attribution lead mentions.csv official-posts.txt --longest 6
    """
    from dengar.attribution.lift import lead as lead_of

    usual, placed, step = _read(series, posts, longest)
    found = lead_of(usual, placed, max(1, round(longest * usual.a_day / 24)))
    lag, low, high = (
        None if one is None else one * step.total_seconds() / 60 for one in (found.lag, found.low, found.high)
    )
    if as_json:
        _print(
            {
                "posts": len(placed),
                "lag_minutes": lag,
                "low": low,
                "high": high,
                "shown": lag is not None,
                "chance": round(found.chance, 4),
                "formula": LEAD_FORMULA,
            }
        )
    elif lag is None:
        typer.echo(f"no effect shown ({len(placed)} posts; {found.chance:.0%} of draws without a post score as high)")
    else:
        typer.echo(f"The response begins {lag:.0f} minutes after the posts ({low:.0f} … {high:.0f}).")


def _read(series: Path, posts: Path, hours: float) -> tuple[Usual, list[int], timedelta]:
    from dengar.attribution.posts import PostsError, read_usual

    try:
        with series.open(encoding="utf-8", newline="") as counts, posts.open(encoding="utf-8") as times:
            return read_usual(counts, times, hours)
    except (PostsError, UnicodeDecodeError) as error:
        typer.echo(f"dengar: {error}", err=True)
        raise typer.Exit(2) from None


def _start(series: Path) -> Any:
    from dengar.trends.series import read_series

    with series.open(encoding="utf-8", newline="") as counts:
        return read_series(counts)[0].moment


def _print(row: dict[str, Any]) -> None:
    import orjson

    typer.echo(orjson.dumps(row).decode())
