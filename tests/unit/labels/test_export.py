"""Export for retraining, and what people see of a label."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from dengar.labels.apply import apply_labels
from dengar.labels.decisions import withdraw
from dengar.labels.export import export
from dengar.labels.render import machines_labels, show_label, show_mention, summary
from tests.unit.labels.samples import ID, START, label, mention


def exported(labels, *mentions, since=None):
    held = {one["id"]: one for one in mentions}
    return list(export(labels, lambda ids: {key: held[key] for key in ids if key in held}, since=since))


def test_a_row_has_the_masked_text_and_both_judgements():
    one = label(intent="question", purpose="education")
    (row,) = exported([one], apply_labels(mention(), one))
    assert row["text"] == mention()["text"]
    assert row["labels"] == {"intent": "question", "purpose": "education"}
    assert row["machine"] == {"intent": "complaint"}
    assert row["model_versions"] == ["m1"]
    assert row["text_changed"] is False
    assert row["drawn"] == {"intent": "chosen", "purpose": "chosen"}


def test_what_is_gone_taken_back_or_older_is_left_out():
    one = label(intent="question")
    empty = withdraw(one, mention(), ["intent"], by="sari", now=START)
    assert exported([one]) == []
    assert exported([one], {"id": ID, "deleted": True}) == []
    assert exported([empty], mention()) == []
    assert exported([one], mention(), since=START.replace(hour=11)) == []
    assert len(exported([one], mention(), since=START)) == 1


def test_an_edited_text_is_marked():
    one = label(about=mention(0), intent="question")
    (row,) = exported([one], apply_labels(mention(5), one))
    assert row["text_changed"] is True


def test_more_labels_than_fit_a_request_are_all_exported():
    many = [label(about=mention(identity=f"yt:comment:{number}"), intent="report") for number in range(1_100)]
    asked = []

    def look(ids):
        asked.append(len(ids))
        return {identity: mention(identity=identity) for identity in ids}

    assert len(list(export(many, look))) == 1_100
    assert asked == [500, 500, 100]


def test_the_machines_labels_leave_out_those_of_people_and_those_that_are_null():
    shown = apply_labels(mention(), label(intent="praise", language="jv"))
    assert machines_labels(shown) == {
        "sentiment": "negative", "urgency": "attention", "toxicity": "none", "spam": "none",
    }  # fmt: skip
    told = summary(mention(), "uncertain")
    assert (told["drawn"], told["uncertain"], told["machine"]["intent"]) == ("uncertain", ["intent"], "complaint")


def test_texts_are_shown_as_text_and_doubts_are_marked():
    out = StringIO()
    console = Console(file=out, width=120, highlight=False)
    show_mention(console, mention(text="[bold]bansos[/bold] [NIK] cair?", title="[red]judul"), "uncertain")
    printed = out.getvalue()
    assert "[bold]bansos[/bold] [NIK] cair?" in printed
    assert "[red]judul" in printed
    assert "intent complaint?" in printed
    assert "17:00" not in printed
    assert "16:00 WIB" in printed


def test_a_label_is_a_table_of_people_and_machine():
    one = label(intent="question", sentiment="neutral")
    both = withdraw(one, apply_labels(mention(), one), ["sentiment"], by="budi", now=START) | {"note": "[x] lihat"}
    out = StringIO()
    show_label(Console(file=out, width=120, highlight=False), both)
    printed = out.getvalue()
    assert "question" in printed
    assert "complaint" in printed
    assert "taken back" in printed
    assert "[x] lihat" in printed
