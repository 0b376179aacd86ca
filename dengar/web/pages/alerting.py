"""What somebody who signed in does about an alert: acknowledge, snooze, close, open again. Each is a record on topic `alerts`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from dengar.alerts.session import ActError, NoAlertError
from dengar.web.access import matches
from dengar.web.desk import Desk, back

WAITS = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2), "1d": timedelta(days=1)}


class Watcher(Protocol):
    """A dengar.alerts.session.AlertSession, or what stands in for one. Raises ActError, NoAlertError, LogError, IndexUnavailable."""

    def change(
        self,
        identity: str,
        state: str,
        *,
        wait: timedelta | None = None,
        note: str | None = None,
        stood: int | None = None,
    ) -> dict[str, Any]: ...


def router(desk: Desk, watcher: Callable[[str], AbstractContextManager[Watcher]] | None) -> APIRouter:
    """Route /alerts/…/act: only for those who signed in. `watcher`: nickname → a session, None without Kafka."""
    routes = APIRouter()

    @routes.post("/alerts/{identity:path}/act")
    def act(
        request: Request,
        identity: str,
        secret: str = Form(""),
        state: str = Form(""),
        stood: int = Form(-1),
        wait: str = Form("2h"),
        note: str = Form(""),
        then: str = Form("/trends"),
    ) -> Response:
        session, told = desk.signed_in(request), desk.words(request)
        then = then if then.startswith("/trends") else "/trends"

        def refused(status: int, sentence: str) -> Response:
            return desk.page(request, "error.html", status, title=told("trends.alerts"), sentence=sentence, retry=then)

        if not matches(session, secret):
            return refused(403, told("error.form"))
        if watcher is None:
            return refused(404, told("alerts.no_kafka"))
        try:
            with watcher(session.nickname) as open_session:
                open_session.change(identity, state, wait=WAITS.get(wait), note=note, stood=stood)
        except NoAlertError:
            return refused(404, told("alerts.unknown", id=identity))
        except ActError as error:
            return refused(409, told("alerts.refused", why=str(error)))
        return back(then)

    return routes
