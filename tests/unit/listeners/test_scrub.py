"""No credential survives in a log line, an exception, a URL or a traceback."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from dengar.settings import Settings
from listeners.scrub import Scrubber, ScrubbingFormatter

CANARY = "kenari-7f3a9c"
SETTINGS = Settings(
    youtube_api_key=CANARY + "1",
    instagram_token=CANARY + "2",
    instagram_app_secret=f"{CANARY}3, {CANARY}4",
    websub_secret=CANARY + "5",
    pseudonym_key=CANARY + "6",
)


@pytest.mark.parametrize(
    "text",
    [
        f"GET https://x.example/v3/videos?id=1&key={CANARY}1&alt=json returned 403",
        f"HTTPConnectionPool: /v26.0/me?access_token={CANARY}2&appsecret_proof=deadbeefcanary",
        f"secrets {CANARY}3 and {CANARY}4",
        f"X-Hub-Signature-256: sha256={'ab' * 32}",
        f"hub.secret={CANARY}5&hub.mode=subscribe",
        f'{{"access_token": "{CANARY}2", "expires_in": 5184000}}',
        f"access_token%3D{CANARY}2",
        f"{CANARY}6",
    ],
)
def test_credentials_are_masked_and_the_rest_stays(text: str) -> None:
    scrubbed = Scrubber.of(SETTINGS)(text)
    assert CANARY not in scrubbed
    assert "ab" * 32 not in scrubbed
    assert "deadbeefcanary" not in scrubbed
    assert "***" in scrubbed


@pytest.mark.parametrize(
    "text", ["the keyboard=fine", "Pengaduan: bansos belum cair", "monkey=banana", "sha256 of the file", "kunci: key"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert Scrubber.of(SETTINGS)(text) == text


def test_a_log_record_is_scrubbed_with_its_arguments_and_its_traceback() -> None:
    formatter = ScrubbingFormatter(logging.Formatter("%(message)s"), Scrubber.of(SETTINGS))
    try:
        raise ValueError(f"https://x.example/?key={CANARY}1")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "asked %s", (f"key={CANARY}1",), sys.exc_info())
    line = formatter.format(record)
    assert "ValueError" in line
    assert CANARY not in line


@pytest.mark.parametrize("where", ["main", "thread"])
def test_an_uncaught_exception_prints_no_credential(where: str) -> None:
    raising = "raise RuntimeError('token=' + settings.instagram_token + ' key=' + settings.youtube_api_key)"
    code = f"""
import logging, threading
from dengar.settings import Settings
from listeners.scrub import install
settings = Settings(youtube_api_key="{CANARY}1", instagram_token="{CANARY}2")
logging.basicConfig()
install(settings)
def fail():
    {raising}
if "{where}" == "main":
    fail()
thread = threading.Thread(target=fail); thread.start(); thread.join()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "RuntimeError" in done.stderr
    assert CANARY not in done.stderr
