"""The guides of docs/ are true to the code: verbs, topics, links, and the subscriber's consumer does what it promises."""

import json
import re
from types import SimpleNamespace

import click
import kafka
import pytest
import typer

from dengar.cli import build
from dengar.paths import PROJECT
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, topics

GUIDES = {path.name: path.read_text(encoding="utf-8") for path in sorted((PROJECT / "docs").glob("*.md"))}
DECISIONS = sorted((PROJECT / "docs/decisions").glob("0*.md"))
PAGES = [*(PROJECT / "docs").glob("*.md"), *DECISIONS, PROJECT / "docs/decisions/README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("https://") or (page.parent / link).exists(), link


def test_decisions_are_numbered_without_a_gap_and_listed():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    listed = (PROJECT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert [path.name for path in DECISIONS if f"]({path.name})" not in listed] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_the_verbs_of_the_guides_exist(guide):
    for words in re.findall(r"(?:`|^)dengar ([a-z]+(?: [a-z]+(?:-[a-z]+)*)?)", GUIDES[guide], re.MULTILINE):
        command: click.Command = typer.main.get_command(build())
        for word in words.split():
            children = getattr(command, "commands", None)
            if children is None:
                break
            assert word in children, f"{guide}: dengar {words}"
            command = children[word]


def test_the_options_of_search_are_those_of_the_verb():
    search = typer.main.get_command(build()).commands["search"]
    options = {option for parameter in search.params for option in parameter.opts}
    assert set(re.findall(r"^\| (?:`(--[a-z-]+))", GUIDES["analyst.md"], re.MULTILINE)) <= options


def test_topics_keys_and_cleanup_of_the_subscribers_table():
    table = re.findall(r"^\| `([a-z]+)` \| `([a-z_]+)` \|.*\| ([a-z]+)[^|]* \|$", GUIDES["subscriber.md"], re.MULTILINE)
    assert {name for name, _, _ in table} == {"mentions", "metrics", "accounts"}
    for name, key, cleanup in table:
        assert topics()[name].key == key
        assert topics()[name].cleanup == {"compacted": "compact", "deleted": "delete"}[cleanup]


def test_every_topic_named_in_a_guide_exists():
    for guide, text in GUIDES.items():
        for name in re.findall(r"`(raw\.[a-z]+)`", text):
            assert name in topics(), f"{guide}: {name}"


def test_the_groups_are_those_of_the_dags():
    assert f"`{ENRICH_GROUP}`" in GUIDES["data-engineer.md"]
    assert f"`{INDEX_GROUP}`" in GUIDES["data-engineer.md"]
    assert {ENRICH_GROUP, INDEX_GROUP} == {"enrich-mentions", "index-mentions"}, (
        "subscriber.md names them in its example"
    )


class Consumer:
    """Stands in for kafka.KafkaConsumer: hands out records, counts commits."""

    def __init__(self, records):
        self.records, self.commits = records, 0

    def __iter__(self):
        return iter(SimpleNamespace(value=json.dumps(record).encode()) for record in self.records)

    def commit(self):
        self.commits += 1


def run_the_example(monkeypatch, records):
    (code,) = re.findall(r"```python\n(.*?)```", GUIDES["subscriber.md"], re.DOTALL)
    consumer = Consumer(records)

    known = set(kafka.KafkaConsumer.DEFAULT_CONFIG)

    def made(topic, **options):
        assert topic in topics()
        assert set(options) <= known, f"kafka-python knows no {set(options) - known}"
        return consumer

    monkeypatch.setattr(kafka, "KafkaConsumer", made)
    names = {}
    exec(compile(code, "docs/subscriber.md", "exec"), names)
    monkeypatch.undo()
    assert consumer.commits == len(records)
    return names["held"]


def test_the_consumer_ends_up_right_whatever_comes_twice_late_or_deleted(monkeypatch):
    def mention(version, text):
        return {"id": "yt:comment:a", "version": version, "deleted": False, "text": text}

    gone = {"id": "yt:comment:a", "version": 30, "deleted": True}
    edited = run_the_example(
        monkeypatch, [mention(10, "first"), mention(20, "edited"), mention(20, "edited"), mention(10, "first")]
    )
    assert edited == {"yt:comment:a": (20, mention(20, "edited"))}
    deleted = run_the_example(monkeypatch, [mention(20, "edited"), gone, mention(20, "edited")])
    assert deleted == {"yt:comment:a": (30, None)}
