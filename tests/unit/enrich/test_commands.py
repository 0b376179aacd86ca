"""`dengar enrich` as people call it: stdin to stdout, no service."""

from __future__ import annotations

import json

import typer
from typer.testing import CliRunner

from dengar.enrich_commands import register
from dengar.settings import SettingsError


def app() -> typer.Typer:
    built = typer.Typer()
    built.callback()(lambda: None)
    register(built)
    return built


def test_text_and_json_lines() -> None:
    lines = 'Bansos belum cair, WA 0812 3456 7890\n\n{"id": "x1", "text": "Min @warga tolong", "author": {"id": "9", "name": "Orang"}}\n'
    result = CliRunner().invoke(app(), ["enrich"], input=lines)
    assert result.exit_code == 0, result.output
    plain, empty, mention = (json.loads(line) for line in result.stdout.splitlines())
    assert empty["text"] == ""
    assert plain["text"] == "Bansos belum cair, WA [TELEPON]"
    assert plain["pii"] == [{"type": "phone", "start": 22, "end": 36}]
    assert mention["id"] == "x1"
    assert mention["text"] == "Min @[akun] tolong"
    assert mention["author"]["role"] == "public"
    assert "Orang" not in result.stdout
    assert "DENGAR_PSEUDONYM_KEY is not set" in result.stderr


def test_offsets_index_the_line_as_given() -> None:
    line = "  \tWA 0812 3456 7890 ya  "
    (answer,) = (
        json.loads(told) for told in CliRunner().invoke(app(), ["enrich"], input=line + "\r\n").stdout.splitlines()
    )
    (span,) = answer["pii"]
    assert line[span["start"] : span["end"]] == "0812 3456 7890"


def test_the_same_input_gives_the_same_bytes() -> None:
    lines = "Min @warga_uji tolong, bansos blm cair 3 bln di Garut\nMatur nuwun nggih\nSLOT GACOR m4xw1n\n" * 40
    first, again = (CliRunner().invoke(app(), ["enrich"], input=lines).stdout for _ in range(2))
    assert first == again
    keyed = CliRunner().invoke(app(), ["enrich"], input=lines, env={"DENGAR_PSEUDONYM_KEY": "a key of the operator"})
    assert keyed.stdout != first
    assert "not set" not in keyed.stderr
    short = CliRunner().invoke(app(), ["enrich"], input=lines, env={"DENGAR_PSEUDONYM_KEY": "short"})
    assert isinstance(short.exception, SettingsError)


def test_a_bad_line_is_told_and_the_rest_goes_on() -> None:
    result = CliRunner().invoke(app(), ["enrich"], input=b'{"text": \n{"a": 1}\n\xff\xfe\nhalo semua warga\n')
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert ["error" in answer for answer in answers] == [True, True, True, False]


def test_an_unknown_platform_is_a_usage_error() -> None:
    assert CliRunner().invoke(app(), ["enrich", "--platform", "lain"], input="").exit_code == 2
