"""Where frozen reports are kept: `<stage>/reports/weekly/<name>/v0001.json`, a file a version; what was rendered lies beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson
from upath import UPath

from dengar.report.weekly import Report

_VERSION = re.compile(r"v(\d{4,})\.json")


class Shelf:
    """The reports below a stage (`DENGAR_STAGE`)."""

    def __init__(self, stage: UPath) -> None:
        self._root = stage / "reports" / "weekly"

    def folder(self, name: str) -> UPath:
        """Where the versions of a report lie."""
        return self._root / name

    def newest(self, name: str) -> Report | None:
        """The newest version of a report, None where it was never frozen."""
        found = max(self._versions(name), default=None)
        return None if found is None else Report.read(orjson.loads((self.folder(name) / _file(found)).read_bytes()))

    def names(self) -> list[str]:
        """Names of all reports, in order of their weeks."""
        return sorted(path.name for path in self._root.iterdir() if path.is_dir()) if self._root.exists() else []

    def put(self, report: Report) -> None:
        """Freeze a version. It is written once: the same version again is the same report, unless policy retired a part of it."""
        folder = self.folder(report.name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _file(report.version)).write_bytes(
            orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        )

    def forget_others(self, report: Report) -> None:
        """Remove the other versions, and what was rendered, of a report that was retired: they hold what may not stay."""
        for path in list(self.folder(report.name).iterdir()):
            if path.name != _file(report.version):
                path.unlink()

    def _versions(self, name: str) -> Iterator[int]:
        folder = self.folder(name)
        for path in folder.iterdir() if folder.exists() else ():
            if found := _VERSION.fullmatch(path.name):
                yield int(found[1])


def _file(version: int) -> str:
    return f"v{version:04d}.json"
