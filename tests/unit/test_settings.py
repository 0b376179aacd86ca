"""Settings come from the environment; secrets may come from mounted files."""

from __future__ import annotations

import shlex
import sys
import traceback
from pathlib import Path

import pytest

from dengar.settings import Settings, SettingsError


def test_a_secret_may_be_a_mounted_file_and_the_variable_wins(tmp_path: Path) -> None:
    mounted = tmp_path / "token"
    mounted.write_text("from-the-file\n")
    environment = {"DENGAR_INSTAGRAM_TOKEN_FILE": str(mounted)}
    assert Settings.from_environment(environment).instagram_token == "from-the-file"
    both = environment | {"DENGAR_INSTAGRAM_TOKEN": "from-the-variable"}
    assert Settings.from_environment(both).instagram_token == "from-the-variable"


def test_only_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("elsewhere:9092")
    assert Settings.from_environment({"DENGAR_KAFKA_BOOTSTRAP_FILE": str(tmp_path / "x")}).kafka_bootstrap == ""


def test_a_file_that_is_not_there_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"DENGAR_YOUTUBE_API_KEY_FILE .*\.$"):
        Settings.from_environment({"DENGAR_YOUTUBE_API_KEY_FILE": str(tmp_path / "none")})


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_a_secret_may_be_what_a_command_of_a_secret_store_prints(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    printing = command(f"open({str(asked)!r}, 'a').write('x'); print('kenari-of-the-store')")
    environment = {"DENGAR_YOUTUBE_API_KEY_CMD": printing}
    for _ in range(2):
        assert Settings.from_environment(environment).youtube_api_key == "kenari-of-the-store"
    assert asked.read_text() == "x", "a store is asked once a process"
    mounted = tmp_path / "key"
    mounted.write_text("from-the-file")
    both = environment | {"DENGAR_YOUTUBE_API_KEY_FILE": str(mounted)}
    assert Settings.from_environment(both).youtube_api_key == "from-the-file"


@pytest.mark.parametrize(
    "failing",
    [
        command("import sys; print('kenari'); sys.exit('kenari')"),
        command("pass"),
        "/no/such/command kenari",
        "kenari 'unclosed",
    ],
)
def test_a_command_that_fails_is_named_by_its_variable_and_nothing_of_it_is_told(failing: str) -> None:
    with pytest.raises(SettingsError, match=r"^DENGAR_INSTAGRAM_TOKEN_CMD .*\.$") as caught:
        Settings.from_environment({"DENGAR_INSTAGRAM_TOKEN_CMD": failing})
    assert "kenari" not in "".join(traceback.format_exception(caught.value))


def test_secrets_are_not_shown() -> None:
    settings = Settings(youtube_api_key="kenari", instagram_token="kenari", pseudonym_key="kenari")
    assert "kenari" not in repr(settings)
