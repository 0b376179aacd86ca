"""The line of a log that says why a program ended."""

import threading
import time
from pathlib import Path

import pytest

from dengar.local import logfile

JAVA = """\
2026-01-01T00:00:00.000Z INFO  k.s.KafkaRaftServer starting
Exception in thread "main" org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092: Address already in use.
\tat org.apache.kafka.common.Thing.bind(Thing.java:10)
\tat kafka.Kafka.main(Kafka.scala)
\t... 17 more
"""
CAUSED = """\
java.lang.IllegalStateException: failed to load
\tat dengar.Launcher.main(Launcher.java:3)
Caused by: java.nio.file.AccessDeniedException: /state/data
\tat java.base/sun.nio.fs.UnixException.translate(Unknown Source)
"""
PYTHON = """\
Traceback (most recent call last):
  File "airflow.py", line 1, in <module>
    import nothing
    ^^^^^^^^^^^^^^
ModuleNotFoundError: No module named 'nothing'
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (JAVA, "Socket server failed to bind to 127.0.0.1:9092: Address already in use."),
        (CAUSED, "Caused by: java.nio.file.AccessDeniedException: /state/data"),
        (PYTHON, "ModuleNotFoundError: No module named 'nothing'"),
        ("one\ntwo\n\n", "two"),
        ("", "it wrote nothing"),
        ("2026 ERROR first\nlater INFO closing\n", "2026 ERROR first"),
    ],
)
def test_the_reason_is_the_last_error_without_its_trace(tmp_path: Path, text: str, why: str) -> None:
    log = tmp_path / "a.log"
    log.write_text(text)
    assert logfile.reason(log).endswith(why)


def test_an_earlier_start_is_not_the_reason(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("ERROR of yesterday\n")
    start = log.stat().st_size
    with log.open("a") as file:
        file.write("started\n")
    assert logfile.reason(log, start) == "started"
    assert logfile.reason(log) == "ERROR of yesterday"


def test_the_tail_has_the_last_lines_and_none_of_a_missing_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {n}\n" for n in range(100_000)))
    assert logfile.tail(log, 2) == ["line 99998", "line 99999"]
    assert logfile.tail(log, 0) == []
    assert logfile.tail(tmp_path / "none.log", 5) == []


def test_following_sees_whole_new_lines_of_every_log(tmp_path: Path) -> None:
    first, second = tmp_path / "a.log", tmp_path / "b.log"
    first.write_text("old\n")
    lines = logfile.follow([first, second], pause=0.01)
    seen: list[tuple[Path, str]] = []

    def read() -> None:
        seen.extend(next(lines) for _ in range(3))

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(0.1)
    with first.open("a") as file:
        file.write("half")
        file.flush()
        time.sleep(0.1)
        file.write(" whole\n")
    second.write_text("made later\n")
    time.sleep(0.1)
    first.write_text("r\n")  # shorter than before: rotated
    reader.join(timeout=20)
    assert not reader.is_alive()
    assert sorted(seen) == sorted([(first, "half whole"), (second, "made later"), (first, "r")])
