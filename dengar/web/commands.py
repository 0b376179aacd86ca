"""`dengar web`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from dengar.settings import Settings
    from dengar.web.desk import Desk

HOST, PORT = "127.0.0.1", 8090


def register(app: typer.Typer) -> None:
    """Add the `web` verb."""
    app.command()(web)


def web(
    host: str = typer.Option(HOST, help="Address to bind. Beyond loopback every page wants the token."),
    port: int = typer.Option(PORT, min=0, max=65_535, help="Port to bind; 0: a free one."),
    name: list[str] = typer.Option([], help="A further host name that it answers to, behind a proxy; repeatable."),
    read_only: bool = typer.Option(False, "--read-only", help="No token: nobody can correct labels or read messages."),
    https: bool = typer.Option(False, "--https", help="A proxy speaks https for it: cookies only travel there."),
    as_json: bool = typer.Option(False, "--json", help="Print address and token as one JSON object."),
) -> None:
    """Serve the explorer: Pagi ini, search, complaints, trends, content, campaigns, data health.

    It reads only, on loopback; the token it prints (or DENGAR_WEB_TOKEN) lets you correct labels, decide at the response desk, take care
    of alerts and read direct messages.

    Example: dengar web · dengar web --port 8090 --read-only
    """
    import logging
    import secrets
    import socket
    from functools import partial

    import orjson
    import uvicorn

    from dengar.alerts.session import AlertSession
    from dengar.target import target
    from dengar.web.app import create_app
    from dengar.web.shield import LOOPBACK

    settings = target()
    if not settings.elasticsearch_url:
        typer.echo("dengar: There is no index to look into: start the stack with `dengar up`.", err=True)
        raise typer.Exit(1)
    token = "" if read_only else settings.web_token or secrets.token_urlsafe(16)
    loopback = host in ("localhost", "::1") or host.startswith("127.")
    if not loopback and not token:
        raise typer.BadParameter(
            "beyond loopback every page wants the token: leave --read-only away.", param_hint="--host"
        )
    desk, close = open_desk(settings, token, guarded=not loopback, secure=https)
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        close()
        typer.echo(
            f"dengar: {host}:{port} cannot be bound ({error.strerror}): choose another with --port, or 0 for a free one.",
            err=True,
        )
        raise typer.Exit(1) from error
    address = f"http://{'localhost' if loopback else host}:{bound.getsockname()[1]}/"
    if as_json:
        typer.echo(orjson.dumps({"address": address, "token": token or None}).decode())
    else:
        typer.echo(f"The explorer: {address}   (Ctrl-C stops it)")
        if token and token != settings.web_token:
            typer.echo(f"Token to correct labels and read messages: {token}   (sign in at {address}sign-in)")
    hosts = {*LOOPBACK, *name, *(() if loopback else (host,))}
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    watcher = partial(AlertSession, settings) if settings.kafka_bootstrap else None
    configured = uvicorn.Config(
        create_app(desk, watcher=watcher, hosts=hosts, close=close, warm=True),
        log_level="warning",
        server_header=False,
        date_header=False,
    )
    uvicorn.Server(configured).run(sockets=[bound])


def open_desk(
    settings: Settings, token: str, *, guarded: bool = False, secure: bool = False
) -> tuple[Desk, Callable[[], None]]:
    """The desk of a deployment, and what closes it. Kafka is opened when first needed; without it reading works all the same."""
    from pathlib import Path

    from upath import UPath

    from dengar.index import client, newest_versions
    from dengar.labels.session import Session
    from dengar.log.kafka import KafkaLog
    from dengar.policy import load_policy
    from dengar.registers import load_registers
    from dengar.responses.session import DeskSession
    from dengar.searches.saved import saved
    from dengar.web.access import Access
    from dengar.web.collection import KafkaCollection
    from dengar.web.desk import Desk
    from dengar.web.elastic import ElasticArchive
    from dengar.web.journeys import Journeys

    policy = load_policy(settings.policy_profile)
    elasticsearch = client(settings)
    archive = ElasticArchive(elasticsearch, policy)
    registers = load_registers(Path(settings.registers) if settings.registers else None)
    journal = UPath(settings.stage) / "journal" if settings.stage else None
    kafka = bool(settings.kafka_bootstrap)
    collection = (
        KafkaCollection(lambda: KafkaLog(settings), journal, lambda ids: newest_versions(elasticsearch, ids))
        if kafka
        else None
    )
    journeys = Journeys(settings, elasticsearch, policy, registers) if kafka else None

    def close() -> None:
        for one in (collection, journeys, archive):
            if one is not None:
                one.close()

    desk = Desk(
        archive,
        policy,
        registers,
        Access(token),
        collection,
        journeys.tell if journeys else None,
        (lambda nickname: Session(settings, nickname)) if kafka else None,
        lambda: [(one.name, one.query) for one in saved()[0]],
        (lambda nickname: DeskSession(settings, nickname)) if kafka else None,
        guarded=guarded,
        secure=secure,
    )
    return desk, close
