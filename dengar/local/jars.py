"""The servers' jars: pinned by checksum in jars.toml, fetched from Maven Central, kept in the shared cache."""

import hashlib
import shutil
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dengar.local.cache import cache_dir, cached
from dengar.local.errors import StackError
from dengar.local.progress import Progress

PINS = Path(__file__).with_name("jars.toml")
FETCHERS = 4
ATTEMPTS = 4


@dataclass(frozen=True)
class Jar:
    """One jar: `group:artifact:version`, the SHA-256 of its bytes (hex) and their number."""

    coordinate: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


@dataclass(frozen=True)
class JarSet:
    """The jars one program needs; the first root gives the version."""

    name: str
    roots: tuple[str, ...]
    jars: tuple[Jar, ...]

    @property
    def version(self) -> str:
        return self.roots[0].split(":")[2]

    @property
    def size(self) -> int:
        return sum(jar.size for jar in self.jars)

    @property
    def folder(self) -> Path:
        """Where the set is kept; a changed pin is another folder."""
        pins = hashlib.sha256("\n".join(f"{jar.sha256} {jar.filename}" for jar in self.jars).encode()).hexdigest()
        return cache_dir() / "jars" / f"{self.name}-{self.version}-{pins[:8]}"

    def paths(self) -> list[Path]:
        return [self.folder / jar.filename for jar in self.jars]


def jar_set(name: str) -> JarSet:
    """The pinned set of this name (`kafka`, `elasticsearch`, `transport-netty4`, `ecj`)."""
    table = tomllib.loads(PINS.read_text(encoding="utf-8"))[name]
    jars = []
    for line in table["jars"]:
        sha256, size, coordinate = line.split()
        jars.append(Jar(coordinate, sha256, int(size)))
    return JarSet(name, tuple(table["roots"]), tuple(jars))


def fetch(wanted: JarSet, part: str, progress: Progress) -> list[Path]:
    """The paths of the set's jars, downloaded if the cache has them not.

    Raises StackError if a jar can't be had or is not the one pinned.
    """

    def download(draft: Path) -> None:
        progress.expect(part, wanted.size, f"downloading {wanted.name} {wanted.version}")
        with ThreadPoolExecutor(FETCHERS, thread_name_prefix="jars") as pool:
            for _ in pool.map(partial(_fetch_one, draft=draft, arrived=partial(progress.advance, part)), wanted.jars):
                pass

    cached(wanted.folder, download)
    return wanted.paths()


def _fetch_one(jar: Jar, draft: Path, arrived: Callable[[int], None]) -> None:
    import requests
    from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

    scratch = draft / f"{jar.filename}.part"
    try:
        for attempt in Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential_jitter(initial=0.5, max=8),
            retry=retry_if_exception_type((requests.RequestException, RuntimeError, ChecksumError)),
        ):
            with attempt:
                _download(jar, scratch, draft / jar.filename, arrived)
    except RetryError as error:
        reason = str(error.last_attempt.exception()).splitlines()[0]
        raise StackError(
            f"{jar.coordinate} could not be downloaded ({reason}): check the network connection and run `dengar up` again."
        ) from error


class ChecksumError(Exception):
    """What came is not the pinned file."""


def _download(jar: Jar, scratch: Path, target: Path, arrived: Callable[[int], None]) -> None:
    from jgo.maven import MavenContext, PythonResolver

    counted = 0

    @contextmanager
    def told(filename: str, size: int) -> Iterator[Callable[[int], None]]:
        def update(count: int) -> None:
            nonlocal counted
            counted += count
            arrived(count)

        yield update

    context = MavenContext(resolver=PythonResolver(progress_callback=told), repo_cache=scratch, timeout=60)
    group, artifact, version = jar.coordinate.split(":")
    try:
        got: Path = context.project(group, artifact).at_version(version).artifact().resolve()
        if hashlib.sha256(got.read_bytes()).hexdigest() != jar.sha256:
            raise ChecksumError(f"the file received is not the one pinned in {PINS.name}")
        got.replace(target)
    except BaseException:
        arrived(-counted)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
