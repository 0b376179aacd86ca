"""How Airflow uses its SQLite file on one machine (airflow.cfg names this module)."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

import wrapt
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import now

CONNECT_ARGS = {"timeout": 30}  # seconds to wait for another process's write

LogAction = Callable[..., Coroutine[Any, Any, None]]


@compiles(now, "sqlite")
def now_in_milliseconds(_element: object, _compiler: object, **_: object) -> str:
    """SQLite's CURRENT_TIMESTAMP has whole seconds, so a run that is due now would wait for the next second to begin."""
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


def off_the_event_loop(action_logging: Callable[..., LogAction]) -> Callable[..., LogAction]:
    """Airflow's `action_logging`, whose entry in the audit log is written by a thread.

    Airflow 3.3 commits that entry on the api-server's event loop. SQLite has one writer, so the loop waits for it; where the writer
    is another request of the same server, it cannot end without the loop: everything stands still for 30 s, until the commit gives up.
    """

    @functools.wraps(action_logging)
    def logging(event: str | None = None) -> LogAction:
        log = action_logging(event)

        @functools.wraps(log)
        async def log_action(**values: Any) -> None:
            await values["request"].body()  # read on this loop and kept: the thread's loop only looks it up
            await asyncio.to_thread(lambda: asyncio.run(log(**values)))

        return log_action

    return logging


@wrapt.when_imported("airflow.api_fastapi.logging.decorators")
def _mend(module: ModuleType) -> None:
    module.action_logging = off_the_event_loop(module.action_logging)
