"""`dengar search` without a server: exit status and sentences."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from dengar.index.commands import register


@pytest.fixture
def run(monkeypatch, tmp_path):
    for name in ("DENGAR_ELASTICSEARCH_URL", "DENGAR_STATE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return lambda *arguments: CliRunner().invoke(app, ["search", *arguments])


def test_no_stack_says_how_to_start_one(run):
    done = run("bansos")
    assert done.exit_code == 1
    assert done.stderr.strip() == "dengar: There is no index to search: start the stack with `dengar up`."


def test_a_server_that_is_gone_says_so(run, monkeypatch):
    monkeypatch.setenv("DENGAR_ELASTICSEARCH_URL", "http://127.0.0.1:1")
    done = run("bansos")
    assert done.exit_code == 1
    assert "dengar up" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("bansos", "--since", "kemarin"), ("bansos", "--platform", "tiktok"), ()])
def test_wrong_use_is_status_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_an_empty_query_is_status_2(run, monkeypatch):
    monkeypatch.setenv("DENGAR_ELASTICSEARCH_URL", "http://127.0.0.1:1")
    done = run(" ")
    assert done.exit_code == 2
    assert "query is empty" in done.stderr


def test_help_has_an_example(run):
    done = run("--help")
    assert done.exit_code == 0
    assert "Example: dengar search" in done.stdout


def test_registering_the_verb_imports_no_client():
    code = "import sys, dengar.index.commands, dengar.index; print('elasticsearch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
