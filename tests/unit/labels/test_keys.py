"""Labelling at the keyboard, with scripted keys."""

from __future__ import annotations

import pytest

from dengar.labels import FIELDS
from dengar.labels.apply import apply_labels
from dengar.labels.decisions import choices
from dengar.labels.keys import LANGUAGES, Ended, ask, keys, prompt
from tests.unit.labels.samples import label, machine, mention


def asked(pressed: str, *fields: str, about=None):
    """(decided, why it ended, lines shown) after these keys."""
    script, shown = iter(pressed), []
    decided, ended = ask(about or mention(), fields, lambda: next(script), shown.append)
    assert next(script, None) is None, "keys were left over"
    return decided, ended, shown


@pytest.mark.parametrize("field", FIELDS)
def test_every_label_has_a_key_of_its_own(field):
    labels = choices()[field] or LANGUAGES
    found = keys(labels)
    assert tuple(found.values()) == labels
    assert all(len(key) == 1 and key.isalnum() for key in found)
    for key, value in found.items():
        shown = prompt(field, found, None)
        assert f"[{key}]" in shown, value


def test_a_label_without_a_key_is_an_error_of_the_program():
    with pytest.raises(ValueError, match="no key left"):
        keys(["a", "aa"] + [str(number) for number in range(10)] + ["aaa"])


def test_a_key_decides_enter_confirms_the_machine_and_space_leaves_open():
    decided, ended, _ = asked("q\rn", "intent", "category", "sentiment")
    assert (decided, ended) == ({"intent": "question", "category": "pkh", "sentiment": "neutral"}, None)
    assert asked("  \n", "intent", "category", "urgency")[0] == {"urgency": "attention"}


def test_a_category_is_asked_only_where_the_intent_asks_for_action():
    praise = next(key for key, value in keys(choices()["intent"]).items() if value == "praise")
    decided, ended, shown = asked(praise, "intent", "category")
    assert (decided, ended, len(shown)) == ({"intent": "praise"}, None, 1)
    assert asked("", "category", about=mention(**machine("other")))[2] == []


def test_tab_goes_on_and_escape_ends_with_what_was_decided():
    assert asked("c\t", "intent", "sentiment")[:2] == ({"intent": "complaint"}, Ended.NEXT)
    assert asked("c\x1b", "intent", "sentiment")[:2] == ({"intent": "complaint"}, Ended.QUIT)


def test_an_unknown_key_is_told_and_asked_again():
    decided, _, shown = asked("!C", "intent")
    assert decided == {"intent": "complaint"}
    assert any("No label has that key" in line for line in shown)


def test_enter_confirms_nothing_where_the_machine_said_nothing():
    decided, _, shown = asked("\r ", "purpose")
    assert decided == {}
    assert any("No label has that key" in line for line in shown)


def test_a_hand_label_is_not_offered_as_the_machines():
    shown = asked(" ", "intent", about=apply_labels(mention(), label(intent="praise")))[2]
    assert "enter =" not in shown[0]
    assert "enter = complaint" in asked(" ", "intent")[2][0]
