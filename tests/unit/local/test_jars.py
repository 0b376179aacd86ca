"""Jars are the pinned ones or none."""

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import jgo.maven._core
import pytest
from tenacity import wait_none

from dengar.local import jars
from dengar.local.errors import StackError
from dengar.local.jars import Jar, JarSet
from dengar.local.pin import ROOTS

BYTES = b"PK not really a jar" * 1000


class Counter:
    """A Progress that adds up."""

    def __init__(self) -> None:
        self.expected = 0
        self.came = 0
        self.lock = threading.Lock()

    def note(self, part: str, text: str) -> None:
        raise AssertionError(f"unexpected: {text}")

    done = note

    def expect(self, part: str, size: int, text: str) -> None:
        self.expected += size

    def advance(self, part: str, size: int) -> None:
        with self.lock:
            self.came += size


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on loopback in place of Maven Central, with one jar; and an empty cache."""
    root = tmp_path / "repository"
    folder = root / "org" / "example" / "thing" / "1.0"
    folder.mkdir(parents=True)
    (folder / "thing-1.0.jar").write_bytes(BYTES)
    handler = functools.partial(QuietHandler, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setitem(jgo.maven._core.DEFAULT_REMOTE_REPOS, "central", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DENGAR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tenacity.wait_exponential_jitter", lambda **_: wait_none())
    yield root
    server.shutdown()
    thread.join()
    server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


def one(sha256: str = hashlib.sha256(BYTES).hexdigest(), artifact: str = "thing") -> JarSet:
    return JarSet("thing", ("org.example:thing:1.0",), (Jar(f"org.example:{artifact}:1.0", sha256, len(BYTES)),))


def test_every_program_is_pinned_with_the_version_that_pin_would_resolve() -> None:
    for name, roots in ROOTS.items():
        pinned = jars.jar_set(name)
        assert list(pinned.roots) == roots
        coordinates = [jar.coordinate for jar in pinned.jars]
        assert set(roots) <= set(coordinates)
        assert len({coordinate.rsplit(":", 1)[0] for coordinate in coordinates}) == len(coordinates), (
            "one version of each"
        )
        assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in pinned.jars)
    assert jars.jar_set("kafka").version.startswith("4.3.")
    assert jars.jar_set("elasticsearch").version == jars.jar_set("transport-netty4").version


def test_kafka_has_the_client_of_its_own_version() -> None:
    kafka = jars.jar_set("kafka")
    assert f"org.apache.kafka:kafka-clients:{kafka.version}" in [jar.coordinate for jar in kafka.jars]


def test_a_jar_is_fetched_once(repository: Path) -> None:
    counter = Counter()
    (path,) = jars.fetch(one(), "kafka", counter)
    assert path.read_bytes() == BYTES
    assert counter.expected == counter.came == len(BYTES)
    (repository / "org" / "example" / "thing" / "1.0" / "thing-1.0.jar").unlink()
    assert jars.fetch(one(), "kafka", counter) == [path]
    assert counter.came == len(BYTES)
    assert [child.name for child in path.parent.iterdir()] == ["thing-1.0.jar"]


def test_a_file_that_is_not_the_pinned_one_is_refused(repository: Path) -> None:
    wrong = one(sha256="0" * 64)
    counter = Counter()
    with pytest.raises(
        StackError, match=r"org\.example:thing:1\.0 could not be downloaded \(the file received is not the one pinned"
    ):
        jars.fetch(wrong, "kafka", counter)
    assert not wrong.folder.exists()
    assert counter.came == 0, "what was thrown away is not counted"


def test_a_missing_jar_is_said_in_a_sentence(repository: Path) -> None:
    with pytest.raises(StackError, match="check the network connection"):
        jars.fetch(one(artifact="nothing"), "kafka", Counter())
