"""A time as people give it to an option of the command line."""

from __future__ import annotations

from datetime import datetime

import typer


def moment_option(text: str | None, option: str, now: datetime, *, end_of_day: bool = False) -> datetime | None:
    """See dengar.index.when.moment; None where the option is not given. Raises BadParameter, which names the option."""
    from dengar.index.when import moment

    try:
        return None if text is None else moment(text, now, end_of_day=end_of_day)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
