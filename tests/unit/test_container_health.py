"""infra/docker/health.py against real sockets of loopback: what is down must be told, and why."""

import importlib.util
import json
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dengar.paths import PROJECT

SCRIPT = PROJECT / "infra/docker/health.py"
specification = importlib.util.spec_from_file_location("health", SCRIPT)
assert specification is not None
assert specification.loader is not None
health = importlib.util.module_from_spec(specification)
specification.loader.exec_module(health)

ANSWER = {"scheduler": {"status": "healthy"}, "triggerer": {"status": "unhealthy"}, "dag_processor": {"status": None}}


class Airflow(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()
        self.wfile.write(json.dumps(ANSWER).encode() if self.path == "/health" else b"starting")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Airflow) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{listening.server_port}"
        listening.shutdown()


@pytest.fixture
def closed():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound, but nobody listens
        yield f"127.0.0.1:{bound.getsockname()[1]}"


def test_http(server, closed):
    assert health.http(f"http://{server}/health") is None
    assert "503" in health.http(f"http://{server}/other")
    assert "does not answer" in health.http(f"http://{closed}/")


def test_airflow_components(server, closed):
    url = f"http://{server}/health"
    assert health.airflow("scheduler", url) is None
    assert health.airflow("triggerer", url) == "triggerer is unhealthy"
    assert health.airflow("dag_processor", url) == "dag_processor is None"
    assert "cannot be read" in health.airflow("worker", url)
    assert "cannot be read" in health.airflow("scheduler", f"http://{server}/other")
    assert "cannot be read" in health.airflow("scheduler", f"http://{closed}/health")


def test_port(server, closed):
    assert health.port(server) is None
    assert health.port(f"{closed},{server}") is None, "one broker of several is enough"
    assert "no connection" in health.port(closed)
    assert "no connection" in health.port("not an address")


def test_exit_status(server, closed):
    def run(*arguments):
        return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)

    assert run("port", server).returncode == 0
    down = run("port", closed)
    assert (down.returncode, down.stdout) == (1, "")
    assert "no connection" in down.stderr
    assert "usage" in run("nonsense").stderr
