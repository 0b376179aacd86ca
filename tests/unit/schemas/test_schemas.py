from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dengar.paths import SCHEMAS
from dengar.schemas import SchemasError, build, check, load, subjects, validator


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for subject in ("deletion", "raw"):
        (tmp_path / subject).mkdir()
        shutil.copy(SCHEMAS / subject / "current.yaml", tmp_path / subject)
    return tmp_path


def test_every_subject_loads_and_has_a_validator() -> None:
    assert {"mention", "metrics", "account", "deletion", "quarantine", "raw"} <= set(subjects())
    for subject in subjects():
        assert not validator(subject).is_valid({})


def test_build_publishes_once_and_deterministically(folder: Path) -> None:
    assert check(folder) == ["deletion/1.0.0.json", "raw/1.0.0.json"]
    assert build(folder) == ["deletion/1.0.0.json", "raw/1.0.0.json"]
    first = (folder / "raw" / "1.0.0.json").read_bytes()
    assert (build(folder), check(folder)) == ([], [])
    (folder / "raw" / "1.0.0.json").unlink()
    build(folder)
    assert (folder / "raw" / "1.0.0.json").read_bytes() == first


def test_a_published_version_may_not_change(folder: Path) -> None:
    build(folder)
    path = folder / "raw" / "current.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("maxLength: 512", "maxLength: 513"), encoding="utf-8")
    for act in (check, build):
        with pytest.raises(SchemasError, match=r"raw/1\.0\.0\.json is published and would change"):
            act(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("/raw/1.0.0", "/raw/1.1.0"), encoding="utf-8")
    assert build(folder) == ["raw/1.1.0.json"]


@pytest.mark.parametrize("text", ["type: 5", "a: [", "type: object", "- 1"])
def test_a_malformed_schema_is_named(folder: Path, text: str) -> None:
    (folder / "raw" / "current.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SchemasError, match=r"raw/current\.yaml"):
        load("raw", folder)
