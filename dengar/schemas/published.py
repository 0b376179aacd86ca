"""The versions on disk: `<subject>/<version>.json` and the list of their digests, by which a change to any of them is noticed.

The list (`published.sha256`, in the form of `sha256sum`) works without git, in an unpacked archive too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from dengar.schemas.compatibility import annotations_only, compatibility
from dengar.schemas.violation import Violation

DIGESTS = "published.sha256"
Version = tuple[int, int, int]


def parse_version(text: str) -> Version:
    """(major, minor, patch) of `1.2.0`. Raises ValueError."""
    major, minor, patch = (int(part) for part in text.split("."))
    return major, minor, patch


def render_version(version: Version) -> str:
    """`1.2.0`."""
    return ".".join(map(str, version))


def version_of(schema: dict[str, Any]) -> Version:
    """The version that a schema's `$id` names. Raises ValueError."""
    return parse_version(str(schema["$id"]).rpartition("/")[2])


def versions(subject: str, folder: Path) -> dict[Version, dict[str, Any]]:
    """Version → schema of what is published of a subject, oldest first. Raises ValueError for a file that is not JSON."""
    found = {parse_version(path.stem): orjson.loads(path.read_bytes()) for path in (folder / subject).glob("*.json")}
    return dict(sorted(found.items()))


def published_bytes(schema: dict[str, Any]) -> bytes:
    """The one form a version is written in."""
    return orjson.dumps(schema, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def digests(folder: Path) -> dict[str, str]:
    """`mention/1.0.0.json` → SHA-256 (hex) of what was published; empty where nothing was yet."""
    path = folder / DIGESTS
    if not path.exists():
        return {}
    rows = (line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {name: digest for digest, name in rows}


def publish(files: dict[str, bytes], folder: Path) -> None:
    """Write new versions and add them to the list."""
    listed = digests(folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        listed[name] = hashlib.sha256(content).hexdigest()
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
    (folder / DIGESTS).write_text(text, encoding="utf-8")


def immutability(folder: Path) -> Iterator[Violation]:
    """Published versions that are changed, gone, or not in the list."""
    listed = digests(folder)
    held = {f"{path.parent.name}/{path.name}": path for path in sorted(folder.glob("*/*.json"))}
    for name in sorted(listed.keys() | held.keys()):
        if name not in held:
            yield Violation(name, "", "immutable", "it is published and gone: restore it")
        elif name not in listed:
            yield Violation(
                name, "", "immutable", f"it is not in {DIGESTS}: only `dengar schemas build` publishes a version"
            )
        elif hashlib.sha256(held[name].read_bytes()).hexdigest() != listed[name]:
            yield Violation(
                name,
                "",
                "immutable",
                "it is published and has changed: restore it, and raise the version in current.yaml instead",
            )


def succession(subject: str, current: dict[str, Any], folder: Path) -> Iterator[Violation]:
    """How the current schema, and each published one, keeps the promises of all earlier versions of its major."""
    where = f"{subject}/current.yaml"
    held = versions(subject, folder)
    version = version_of(current)
    newest = max(held, default=version)
    if version < newest:
        yield Violation(
            where,
            "",
            "version",
            f"its $id says {render_version(version)}, older than the published {render_version(newest)}",
        )
    if version in held:
        if published_bytes(held[version]) != published_bytes(current):
            detail = f"it is no longer the published {render_version(version)}, which would change: raise the version in its $id"
            yield Violation(where, "", "immutable", detail)
    else:
        before = max((one for one in held if one < version), default=None)
        if before is not None and before[:2] == version[:2] and not annotations_only(held[before], current):
            detail = f"more than words differ from {render_version(before)}: raise the minor version"
            yield Violation(where, "", "version", detail)
    chain = {**held, version: current}
    for later, schema in chain.items():
        name = where if later == version else f"{subject}/{render_version(later)}.json"
        for earlier in chain:
            if earlier[0] == later[0] and earlier < later:
                yield from compatibility(chain[earlier], schema, name)
