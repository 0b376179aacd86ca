"""docs/privacy.md is true to the files: topics, indices, clocks, rights."""

import re

import pytest
import yaml

from dengar.access.indices import roles
from dengar.access.rights import FILE, FOR_SUBSCRIBERS, grants
from dengar.index.templates import templates
from dengar.paths import PROJECT
from dengar.policy.rules import read
from dengar.topics import topics

PAGE = (PROJECT / "docs/privacy.md").read_text(encoding="utf-8")
MAP = {
    (kind, name): [cell.strip() for cell in rest.split("|")]
    for kind, name, rest in re.findall(r"^\| (topic|index|folder) `([a-z./-]+)` \|(.*)\|$", PAGE, re.MULTILINE)
}
WORD = {
    "listener": "listeners",
    "receiver": "receiver",
    "pipeline": "pipeline",
    "analyst": "analysts",
    "responder": "responders",
    "engineer": "engineers",
}


def test_every_topic_is_on_the_map_with_its_clock():
    assert {name for kind, name in MAP if kind == "topic"} == set(topics())
    for name, topic in topics().items():
        kept = "until tombstone" if topic.retention_days is None else f"{topic.retention_days} days"
        assert MAP["topic", name][2] == kept, name


def test_who_reads_a_topic_is_who_has_the_right():
    """Beside the privacy desk, which reads every topic."""
    principals = yaml.safe_load(FILE.read_text(encoding="utf-8"))["principals"]
    for name, topic in topics().items():
        users = {grant.principal.removeprefix("User:") for grant in grants() if grant[1:] == ("read", "topic", name)}
        readers = {WORD[principals[user]["role"]] for user in users if principals[user]["role"] != "privacy"}
        readers |= {"subscribers"} if topic.record_class in FOR_SUBSCRIBERS else set()
        told = {word.strip() for word in re.sub(r"\(.*?\)", "", MAP["topic", name][3]).split(",")}
        assert told - {"privacy desk"} == readers, name


def test_every_index_is_on_the_map_with_its_readers():
    families = {pattern.split("-v")[0] for body in templates().values() for pattern in body.get("index_patterns", [])}
    assert families <= {name for kind, name in MAP if kind == "index"}
    words = {"dengar_analyst": "analysts", "dengar_responder": "responders", "dengar_engineer": "engineers"}
    for kind, family in MAP:
        if kind != "index":
            continue
        readers = {
            words[name]
            for name, body in roles().items()
            if name in words
            for one in body["indices"]
            if "read" in one["privileges"] and any(re.match(rf"{family}(-v)?\*?$", pattern) for pattern in one["names"])
        }
        told = {word for word in words.values() if word in MAP[kind, family][3]}
        assert told == readers, family


@pytest.mark.parametrize(("column", "platform"), [(1, "youtube"), (2, "instagram")])
def test_how_long_is_what_the_policy_says(column, platform):
    told = {row[0]: row[column] for row in re.findall(r"^\| ([a-z_]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)}
    groups = {rule.group: rule.keep_days for rule in read(PROJECT / "infra/policy.yaml").rules[platform].values()}
    expected = {name: "as its record" if days is None else f"{days} days" for name, days in groups.items()}
    assert {name: told.get(name) for name in groups} == expected


def test_the_runbook_and_the_ten_questions_are_there():
    assert "3 × 24 hours" in PAGE
    questions = re.findall(r"^(\d+)\. \*\*.+\*\*", PAGE, re.MULTILINE)
    assert questions == [str(number) for number in range(1, 11)]
