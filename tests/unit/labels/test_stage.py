"""The stage apply_labels on a log in memory: what is published, kept, put aside."""

from __future__ import annotations

import pytest
from upath import UPath

from dengar.labels import APPLY_GROUP
from dengar.labels.apply import apply_labels, carries
from dengar.labels.decisions import merge, withdraw
from dengar.log import LogError, Partition
from dengar.records import deletion_version
from tests.unit.labels.samples import ID, START, label, mention
from tests.unit.labels.world import World


@pytest.fixture
def journal(tmp_path):
    return UPath(tmp_path) / "journal"


@pytest.fixture
def world(journal):
    """A world in which one mention is published and indexed."""
    world = World()
    world.publish(mention(), journal=journal)
    world.index_all()
    return world


def gone(second: int = 0) -> dict:
    observed = mention(second)
    return {
        "id": ID,
        "platform": "youtube",
        "post_id": observed["post_id"],
        "deleted": True,
        "observed_at": observed["observed_at"],
        "version": deletion_version(START),
    }


def test_a_label_reaches_topic_and_index(world):
    one = label(intent="praise")
    world.label(one)
    done = world.apply()
    assert (done["in"], done["labels"], done["applied"], done["without_mention"]) == (1, 1, 1, 0)
    assert world.topic("mentions")[-1] == apply_labels(mention(), one)
    world.index_all()
    assert carries(world.index.mentions[ID], one)
    assert world.index.labels[ID] == one
    assert world.log.committed(APPLY_GROUP, ["labels"]) == {Partition("labels", 0): 1}


def test_applying_again_publishes_nothing(world):
    world.label(label(intent="praise"))
    world.settle_down()
    before = len(world.topic("mentions"))
    offsets = [{"topic": "labels", "partition": 0, "start": 0, "end": 1}]
    assert world.apply(offsets=offsets)["applied"] == 0
    assert len(world.topic("mentions")) == before


def test_a_label_on_a_mention_that_is_not_indexed_yet_is_laid_over_it(journal):
    world = World()
    world.publish(mention(), journal=journal)
    world.label(label(intent="praise"))
    assert world.apply()["applied"] == 1


def test_a_label_whose_mention_is_not_there_waits_for_it(journal):
    world = World()
    one = label(intent="praise")
    world.label(one)
    assert world.apply()["without_mention"] == 1
    world.publish(mention(5), journal=journal)
    world.settle_down()
    assert carries(world.index.mentions[ID], one)


def test_a_deleted_mention_stays_deleted_and_one_that_comes_back_is_labelled(world, journal):
    one = label(intent="praise")
    world.publish(gone(), journal=journal)
    world.index_all()
    world.label(one)
    assert world.apply()["applied"] == 0
    world.settle_down()
    assert world.index.mentions[ID]["deleted"] is True
    world.publish(mention(9), journal=journal)
    world.settle_down()
    assert carries(world.index.mentions[ID], one)


def test_a_newer_observation_and_a_newer_model_carry_the_label(world, journal):
    one = label(intent="praise")
    world.label(one)
    world.settle_down()
    for newer in (mention(5), mention(5, revision=2)):
        world.publish(newer, journal=journal)
        world.settle_down()
        assert world.index.mentions[ID] == apply_labels(newer, one)


def test_two_analysts_who_did_not_see_each_other_both_count(world):
    one, other = label(by="sari", intent="praise"), label(by="budi", sentiment="positive")
    world.label(one)
    world.apply()
    world.label(other)
    world.settle_down()
    both = merge(one, other)
    assert world.index.labels[ID] == both
    assert carries(world.index.mentions[ID], both)
    assert world.topic("labels")[-1] == both, "so that compaction keeps both"


def test_a_label_under_a_revision_that_is_used_up_gets_a_newer_one(world):
    world.label(label(intent="praise"))
    world.settle_down()
    world.index.labels.clear()  # the index was lost, and its rebuild has not come to this mention
    world.label(label(second=9, intent="question"))
    world.settle_down()
    assert world.index.mentions[ID]["intent"]["label"] == "question"
    assert world.index.labels[ID]["revision"] == world.index.mentions[ID]["label_revision"] == 2


def test_what_is_taken_back_leaves_what_the_machine_says(world):
    one = label(intent="praise", urgency="urgent")
    world.label(one)
    world.settle_down()
    world.label(withdraw(one, world.index.mentions[ID], ["intent"], by="sari", now=START))
    world.settle_down()
    shown = world.index.mentions[ID]
    assert shown["intent"] == mention()["intent"]
    assert shown["category"] == mention()["category"]
    assert shown["urgency"]["origin"] == "hand"
    assert shown["label_revision"] == 2


@pytest.mark.parametrize("value", [b"{", b"[]", b'{"id": "yt:comment:x"}', None])
def test_what_is_no_label_is_put_aside_and_holds_nothing_up(world, value):
    from dengar.labels.event import append_label

    append_label(world.log, label(intent="praise"))
    world.log.append("labels", "k", value, [("ce_id", b"x")])
    headers = [("ce_specversion", b"1.0"), ("ce_id", b"x"), ("ce_source", b"/x"), ("ce_type", b"dengar.label")]
    world.log.append("labels", "k", value, [*headers, ("ce_time", b"2026-11-24T10:00:00.000Z")])
    world.log.flush()
    done = world.apply()
    assert (done["in"], done["applied"], done["quarantined"]) == (3, 1, 2)
    reasons = {record["reason"] for record in world.topic("quarantine")}
    assert "not_an_event" in reasons
    assert reasons <= {"not_an_event", "label.schema"}
    assert world.apply() is None
    assert world.standing([ID])[ID]["labels"]["intent"]["label"] == "praise"


def test_nothing_is_committed_where_the_broker_does_not_acknowledge(world):
    world.label(label(intent="praise"))

    def away():
        raise LogError("away")

    world.log.flush = away
    with pytest.raises(LogError):
        world.apply()
    del world.log.flush
    assert world.log.committed(APPLY_GROUP, ["labels"]) == {}
    world.settle_down()
    assert world.index.mentions[ID]["intent"]["label"] == "praise"


def test_an_empty_label_index_is_rebuilt_from_the_topic(world):
    one = label(intent="praise")
    two = label(one, second=3, sentiment="positive")
    for each in (one, two):
        world.label(each)
        world.settle_down()
    world.index.labels.clear()
    world.apply(offsets=[{"topic": "labels", "partition": 0, "start": 0, "end": 2}])
    assert world.index.labels == {ID: two}
    world.log.compact("labels")
    world.index.labels.clear()
    end = world.log.ends(["labels"])["labels", 0]
    world.apply(offsets=[{"topic": "labels", "partition": 0, "start": 0, "end": end}])
    assert world.index.labels == {ID: two}
