"""Health checks of the containers that have no curl: `health.py http URL`, `health.py airflow COMPONENT` or `health.py port HOST:PORT …`.

Exit status 0 = healthy; 1 = not, with one sentence. Standard library only: a check runs every few seconds and must cost little.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from urllib.error import URLError
from urllib.request import urlopen

TIMEOUT_S = 5.0
AIRFLOW_HEALTH = "http://airflow-api-server:8080/api/v2/monitor/health"


def http(url: str) -> str | None:
    """None if `url` answers with a 2xx status, else why not."""
    try:
        with urlopen(url, timeout=TIMEOUT_S):
            return None
    except (URLError, OSError) as error:
        return f"{url} does not answer: {error}"


def airflow(component: str, url: str = AIRFLOW_HEALTH) -> str | None:
    """None if the api-server has a fresh heartbeat of `component` (scheduler, triggerer, dag_processor), else why not.

    Airflow's own `airflow jobs check` imports all of Airflow for seconds at every check.
    """
    try:
        with urlopen(url, timeout=TIMEOUT_S) as answer:
            status = json.load(answer)[component]["status"]
    except (URLError, OSError, ValueError, KeyError, TypeError) as error:
        return f"the health of {component} cannot be read from {url}: {error!r}"
    return None if status == "healthy" else f"{component} is {status}"


def port(*addresses: str) -> str | None:
    """None if one of the addresses (`host:port`, also comma separated) takes a connection, else why not."""
    refusals = []
    for address in ",".join(addresses).split(","):
        host, _, number = address.strip().rpartition(":")
        try:
            with socket.create_connection((host, int(number)), timeout=TIMEOUT_S):
                return None
        except (OSError, ValueError) as error:
            refusals.append(f"{address}: {error}")
    return "no connection: " + "; ".join(refusals)


CHECKS: dict[str, Callable[..., str | None]] = {"http": http, "airflow": airflow, "port": port}


def main(arguments: list[str]) -> str | None:
    """The refusal of the check that `arguments` name, None if all is well."""
    if len(arguments) < 2 or arguments[0] not in CHECKS:
        return "usage: health.py http URL | airflow COMPONENT | port HOST:PORT …"
    return CHECKS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
