"""Gazetteers: versioned YAML files of public facts (programmes, agencies, organisations, nicknames of regions), and names of regions.

An operator adds to them with files of the same names and form in a folder of their own: rows there win over rows of ours that
share a form. Provinces, regencies and cities come from lokal's copy of Kepmendagri 300.2.2-2138/2025 and aren't copied here.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from dengar.enrich.entities.words import words

FOLDER = Path(__file__).parent
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FORMULA = "gazetteer/1"
_KINDS = {"programmes": "programme", "agencies": "organisation", "organisations": "organisation"}


class GazetteerError(ValueError):
    """A gazetteer file is malformed; the message names file and row, and says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a form names. `codes` has several where the name is open. `common`: also an ordinary word. `also`: what else."""

    type: str
    codes: tuple[str, ...]
    common: bool = False
    also: str | None = None


@dataclass(slots=True)
class Gazetteer:
    """Entries by their lower-cased words. `lengths`: how many words the forms that begin with a word have, longest first."""

    entries: dict[tuple[str, ...], Entry] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    place_context: frozenset[str] = frozenset()

    def add(self, form: str, entry: Entry) -> None:
        """Add a form (cut into words as texts are); a later one replaces an earlier one of the same words."""
        parts = tuple(word.text.lower() for word in words(form))
        self.entries[parts] = entry
        known = self.lengths.get(parts[0], ())
        if len(parts) not in known:
            self.lengths[parts[0]] = tuple(sorted({*known, len(parts)}, reverse=True))


def load(extra: Path | None = None) -> Gazetteer:
    """All gazetteers, with those of the folder `extra` laid over ours. Raises GazetteerError for a malformed file."""
    gazetteer = Gazetteer()
    ordinary = _read(FOLDER / "ordinary.yaml", dict)
    gazetteer.place_context = frozenset(ordinary["place_context"].split())
    _regions(gazetteer, frozenset(ordinary["words"].split()))
    for folder in (FOLDER, extra):
        if folder is None:
            continue
        if not folder.is_dir():
            raise GazetteerError(f"The folder of gazetteers {folder} does not exist: create it or correct the setting.")
        for name, kind in _KINDS.items():
            for row in _rows(folder / f"{name}.yaml", folder is FOLDER):
                _add_row(gazetteer, row, kind)
        for row in _rows(folder / "nicknames.yaml", folder is FOLDER):
            entry = Entry("place", tuple(map(str, row["codes"])), bool(row.get("common")), row.get("also"))
            for form in row["forms"]:
                gazetteer.add(form, entry)
    return gazetteer


def _add_row(gazetteer: Gazetteer, row: dict[str, Any], kind: str) -> None:
    gazetteer.names[row["code"]] = row["name"]
    entry = Entry(row.get("type", kind), (row["code"],), bool(row.get("common")), row.get("also"))
    for form in row["forms"]:
        gazetteer.add(str(form), entry)


def _rows(path: Path, required: bool) -> list[dict[str, Any]]:
    if not required and not path.exists():
        return []
    rows: list[dict[str, Any]] = _read(path, list)
    for number, row in enumerate(rows, 1):
        needed = ("codes", "forms") if path.stem == "nicknames" else ("code", "name", "forms")
        if not isinstance(row, dict) or any(name not in row for name in needed) or not row["forms"]:
            raise GazetteerError(f"{path.name}, row {number}: give it {', '.join(needed)}.")
    return rows


def _read(path: Path, form: type) -> Any:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GazetteerError(f"The gazetteer {path} cannot be read: {error}.") from error
    if not isinstance(content, form):
        raise GazetteerError(f"{path.name} is not a {'list of rows' if form is list else 'mapping'}: see ours.")
    return content


def region_table() -> dict[str, str]:
    """Names of provinces, regencies, cities and districts by Kemendagri code ("32", "32.73", "32.73.01"), read from lokal's file."""
    packed = resources.files("lokal").joinpath("data/wilayah.json.gz").read_bytes()
    table: dict[str, str] = json.loads(gzip.decompress(packed))
    return table


def regions() -> dict[str, str]:
    """Names of the 38 provinces ("32") and 514 regencies and cities ("32.73") by Kemendagri code."""
    return {code: name for code, name in region_table().items() if code.count(".") < 2}


def _regions(gazetteer: Gazetteer, ordinary: frozenset[str]) -> None:
    bare: dict[str, list[str]] = {}
    for code, name in regions().items():
        gazetteer.names[code] = name
        short = name.removeprefix("Kabupaten ").removeprefix("Kota ").lower()
        bare.setdefault(short, []).append(code)
        if short.startswith("kep. "):
            bare.setdefault(short.replace("kep. ", "kepulauan "), []).append(code)
        if "." in code:
            before = ("kota", "kotamadya") if name.startswith("Kota ") else ("kabupaten", "kab", "kab.")
            for word in before:
                gazetteer.add(f"{word} {short}", Entry("place", (code,)))
        else:
            for word in ("provinsi", "propinsi", "prov", "prov."):
                gazetteer.add(f"{word} {short}", Entry("place", (code,)))
    for short, codes in bare.items():
        gazetteer.add(short, Entry("place", tuple(codes), short in ordinary or len(short) < 4))
