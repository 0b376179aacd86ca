"""The project's own schemas keep the policy, and publishing is deterministic and final."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dengar.cli import build as command_line
from dengar.paths import SCHEMAS
from dengar.records import unpack_version
from dengar.schemas import SchemasError, build, check, load, subjects, validator
from dengar.schemas.documents import stale
from dengar.topics import topics
from tests.unit.schemas.plain import plain, published, save


def told(folder: Path) -> list[str]:
    return [str(violation) for violation in check(folder)]


def test_the_projects_schemas_keep_the_policy() -> None:
    """This is the test that a broken schema fails, with a sentence that names the field."""
    assert [str(violation) for violation in [*check(), *stale()]] == []


def test_every_subject_loads_and_has_a_validator() -> None:
    assert {"mention", "metrics", "account", "deletion", "quarantine", "raw", "erasure-ack"} <= set(subjects())
    for subject in subjects():
        assert not validator(subject).is_valid({})


def test_every_subject_of_a_topic_has_a_schema() -> None:
    assert {subject for topic in topics().values() for subject in topic.subject} <= set(subjects())


def test_versions_in_examples_are_of_the_moment_they_were_observed() -> None:
    for subject in ("mention", "metrics", "account", "deletion"):
        for record in load(subject)["examples"]:
            observed_at, enrichment, label = unpack_version(record["version"])
            assert observed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z") == record["observed_at"]
            if subject == "mention":
                assert (enrichment, label) == (record["enrichment_revision"], record["label_revision"])


def test_build_publishes_once_and_deterministically(tmp_path: Path) -> None:
    folder = published(tmp_path)
    path = folder / "reading" / "1.0.0.json"
    first = path.read_bytes()
    assert (build(folder), told(folder)) == ([], [])
    path.unlink()
    (folder / "published.sha256").unlink()
    assert build(folder) == ["reading/1.0.0.json"]
    assert path.read_bytes() == first


def test_what_is_not_published_yet_is_told(tmp_path: Path) -> None:
    folder = published(tmp_path)
    save(folder, plain() | {"$id": "/reading/1.0.1"})
    assert told(folder) == [
        "reading/current.yaml: version 1.0.1 is not published: run `dengar schemas build` (rule unpublished)."
    ]


def test_a_published_version_may_not_change(tmp_path: Path) -> None:
    folder = published(tmp_path)
    schema = plain()
    schema["properties"]["id"]["maxLength"] = 65
    save(folder, schema)
    sentence = (
        "reading/current.yaml: it is no longer the published 1.0.0, which would change: raise the version in its $id"
    )
    assert told(folder) == [f"{sentence} (rule immutable)."]
    with pytest.raises(SchemasError, match=r"raise the version in its \$id"):
        build(folder)
    save(folder, schema | {"$id": "/reading/1.1.0"})
    assert build(folder) == ["reading/1.1.0.json"]


def test_an_older_version_may_not_change_either(tmp_path: Path) -> None:
    folder = published(tmp_path)
    save(folder, plain() | {"$id": "/reading/1.0.1"})
    build(folder)
    path = folder / "reading" / "1.0.0.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"maxLength": 64', b'"maxLength": 65'))
    sentence = (
        "reading/1.0.0.json: it is published and has changed: restore it, and raise the version in current.yaml instead"
    )
    assert f"{sentence} (rule immutable)." in told(folder)
    path.unlink()
    assert told(folder) == ["reading/1.0.0.json: it is published and gone: restore it (rule immutable)."]
    path.write_bytes(content)
    assert told(folder) == []
    (folder / "reading" / "0.9.0.json").write_bytes(content)
    assert "reading/0.9.0.json: it is not in published.sha256" in told(folder)[0]


def test_a_patch_changes_only_words_and_versions_do_not_go_back(tmp_path: Path) -> None:
    folder = published(tmp_path)
    schema = plain() | {"$id": "/reading/1.0.1"}
    schema["properties"]["kind"]["enum"] = ["rain", "wind", "snow"]
    save(folder, schema)
    assert told(folder)[0] == (
        "reading/current.yaml: more than words differ from 1.0.0: raise the minor version (rule version)."
    )
    save(folder, schema | {"$id": "/reading/1.1.0"})
    build(folder)
    save(folder, plain())
    assert "reading/current.yaml: its $id says 1.0.0, older than the published 1.1.0 (rule version)." in told(folder)


def test_a_new_major_may_break_what_it_likes(tmp_path: Path) -> None:
    folder = published(tmp_path)
    schema = plain() | {"$id": "/reading/2.0.0"}
    schema["properties"]["id"]["maxLength"] = 9
    save(folder, schema)
    assert build(folder) == ["reading/2.0.0.json"]


def test_an_error_against_the_meta_schema_names_its_field(tmp_path: Path) -> None:
    folder = published(tmp_path)
    schema = plain()
    schema["properties"]["id"]["type"] = "text"
    save(folder, schema)
    with pytest.raises(SchemasError, match=r"reading/current\.yaml is not a valid JSON Schema at properties/id/type"):
        check(folder)


@pytest.mark.parametrize("text", ["type: 5", "a: [", "type: object", "- 1"])
def test_a_malformed_schema_is_named(tmp_path: Path, text: str) -> None:
    folder = published(tmp_path)
    (folder / "reading" / "current.yaml").write_text(text, encoding="utf-8")
    for act in (lambda: load("reading", folder), lambda: build(folder)):
        with pytest.raises(SchemasError, match=r"reading/current\.yaml"):
            act()


def test_the_verbs_tell_people_and_machines() -> None:
    run = CliRunner()
    fine = run.invoke(command_line(), ["schemas", "check"])
    assert fine.exit_code == 0
    assert "keep the policy" in fine.stdout
    assert run.invoke(command_line(), ["schemas", "check", "--json"]).stdout == ""
    nothing = run.invoke(command_line(), ["schemas", "build", "--json"])
    assert (nothing.exit_code, json.loads(nothing.stdout)) == (0, {"written": []})


def test_the_verb_fails_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dengar.schemas

    folder = published(tmp_path)
    schema = plain() | {"$id": "/reading/1.1.0"}
    del schema["properties"]["id"]["description"]
    save(folder, schema)
    monkeypatch.setattr(dengar.schemas, "check", lambda: check(folder))
    failed = CliRunner().invoke(command_line(), ["schemas", "check", "--json"])
    assert failed.exit_code == 1
    row = json.loads(failed.stdout.splitlines()[0])
    assert (row["where"], row["field"], row["rule"]) == ("reading/current.yaml", "id", "description")
    assert row["sentence"].startswith("reading/current.yaml, field id: the description is missing")


def test_the_list_of_digests_is_that_of_sha256sum() -> None:
    import hashlib

    for line in (SCHEMAS / "published.sha256").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((SCHEMAS / name).read_bytes()).hexdigest() == digest
