"""`python -m sandbox --port 0 --seed N --scenario FILE --start DAY --port-file F`: serve a sandbox on 127.0.0.1 until stopped."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from datetime import date
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.scenario import ScenarioError
from sandbox.scenario.drafts import write_drafts
from sandbox.scenario.plan import load_plan
from sandbox.scenario.truth import write_truth
from sandbox.state import state_for


def main(arguments: list[str] | None = None) -> int:
    """Parse, build, serve. Exit status 2 for an unusable scenario."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A local stand-in for YouTube and Instagram."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the scenario (default 7)")
    parser.add_argument("--scenario", type=Path, default=None, help="scenario YAML (default: the Kemensos week)")
    parser.add_argument(
        "--start", type=date.fromisoformat, default=None, help="first day, YYYY-MM-DD (default: as the scenario says)"
    )
    parser.add_argument("--port-file", type=Path, default=None, help="file that will hold the port once it listens")
    parser.add_argument(
        "--truth", type=Path, default=None, help="write the whole scenario's truth to this file and stop"
    )
    parser.add_argument(
        "--mentions",
        type=Path,
        default=None,
        help="write the scenario's mentions, as JSON lines, to this file and stop",
    )
    options = parser.parse_args(arguments)
    try:
        plan = load_plan(options.scenario, options.start)
        state = state_for(options.seed, plan)
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.truth is not None:
        write_truth(state.world, options.truth)
        return 0
    if options.mentions is not None:
        write_drafts(state.world, plan.settings.get("script"), options.mentions)
        return 0
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.listen(128)
    port = listener.getsockname()[1]
    if options.port_file is not None:
        partial = options.port_file.with_suffix(".part")
        partial.write_text(f"{port}\n", encoding="utf-8")
        os.replace(partial, options.port_file)
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    server = uvicorn.Server(uvicorn.Config(create_app(state), log_level="warning", access_log=False, date_header=False))
    server.run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
