"""The rule of what somebody has to look at."""

import pytest

from dengar.enrich.actionable import actionable, asks_for_action


@pytest.mark.parametrize("intent", ["complaint", "question", "request", "report"])
def test_four_intents_of_the_public_are_actionable(intent):
    assert asks_for_action(intent)
    assert actionable(intent, "public", "none") is True
    assert actionable(intent, "unknown", None) is True


@pytest.mark.parametrize("intent", ["praise", "suggestion", "hoax", "promotion", "other"])
def test_the_other_intents_are_not(intent):
    assert not asks_for_action(intent)
    assert actionable(intent, "public", "none") is False


@pytest.mark.parametrize("role", ["official", "partner", "influencer", "media", "public_figure"])
def test_accounts_of_the_registers_are_not_the_public(role):
    assert actionable("complaint", role, "none") is False


@pytest.mark.parametrize("spam", ["gambling", "promotion", "bot"])
def test_spam_is_not_actionable(spam):
    assert actionable("question", "public", spam) is False


def test_what_was_not_judged_is_null_and_not_false():
    assert actionable(None, "public", "none") is None
