"""The expectations files: what is shipped can be built, and a broken file ends in one sentence that names file, line and rule."""

import pytest

from dengar.validate import RECORD_TYPES
from dengar.validate.files import ExpectationsError, load_rules
from dengar.validate.frame import columns_of

SOUND = """\
record_type: metrics
rules:
  - reason: values.negative
    severity: critical
    type: expect_column_values_to_be_between
    kwargs: {column: lowest, min_value: 0}
    detail: "A count is below zero."
"""
KWARGS = "kwargs: {column: lowest, min_value: 0}"
TYPE = "type: expect_column_values_to_be_between"


def write(folder, text: str) -> None:
    (folder / "metrics.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_the_shipped_files_say_what_they_look_at(record_type):
    rules = load_rules(record_type)
    assert {rule.severity for rule in rules} >= {"critical", "warning"}
    for rule in rules:
        assert rule.columns
        assert {*rule.columns, *rule.where} <= set(columns_of(record_type))
        assert rule.detail.endswith(".")
        assert rule.place.startswith(f"{record_type}.yaml:")


def test_a_rule_is_read_with_its_line(tmp_path):
    write(tmp_path, SOUND)
    (rule,) = load_rules("metrics", tmp_path)
    assert (rule.reason, rule.severity, dict(rule.kwargs)) == (
        "values.negative",
        "critical",
        {"column": "lowest", "min_value": 0},
    )
    assert rule.place == "metrics.yaml:3"


BROKEN = [
    ("record_type: metrics", "record_type: mention", "metrics.yaml: write `record_type: metrics`"),
    ("reason: values.negative", "reason: Values", r"metrics.yaml:3: rule Values: a reason has lower-case letters"),
    (
        "severity: critical",
        "severity: fatal",
        "metrics.yaml:3: rule values.negative: severity is critical, warning or stop",
    ),
    ("    severity: critical\n", "", "metrics.yaml:3: rule values.negative lacks severity"),
    (KWARGS, "kwargs: lowest", "metrics.yaml:3: rule values.negative: kwargs is a mapping"),
    (KWARGS, KWARGS + "\n    colour: red", "metrics.yaml:3: rule values.negative has colour, which no rule has"),
    (KWARGS, "kwargs: {column: lowest, min_value: 0, mostly: 0.9}", "`mostly` speaks of the batch"),
    (KWARGS, KWARGS + "\n    from_rows: 5", "`from_rows` belongs to a rule of severity stop"),
    (KWARGS, KWARGS + "\n    where: account", "where is a mapping"),
    (KWARGS, "kwargs: {column: lowest", "metrics.yaml:7 is not YAML"),
    ("rules:\n", "rules: 5\nothers:\n", "`rules` must be a list"),
    (SOUND, "", "write `record_type` and `rules`"),
    (
        SOUND,
        SOUND + SOUND.split("rules:\n")[1],
        "metrics.yaml:8: the reason values.negative is taken by metrics.yaml:3",
    ),
    (TYPE, "type: expect_wonders", "metrics.yaml:3: rule values.negative: there is no expectation expect_wonders"),
    (KWARGS, "kwargs: {column: depth, min_value: 0}", "there is no column depth; a metrics has id, "),
    (KWARGS, "kwargs: {column: lowest, min_value: low}", "does not take these kwargs: min_value"),
    (KWARGS, "kwargs: {column: lowest, least: 0}", "does not take these kwargs: least extra fields not permitted"),
    (TYPE, "type: expect_column_mean_to_be_between", "speaks of the batch and names no row: give it severity stop"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN, ids=[sentence[-30:] for *_, sentence in BROKEN])
def test_a_broken_file_is_told_in_one_sentence(tmp_path, old, new, sentence):
    from dengar.validate.engine import build

    assert old in SOUND
    write(tmp_path, SOUND.replace(old, new, 1))

    def make() -> None:
        for rule in load_rules("metrics", tmp_path):
            build(rule, "metrics")

    with pytest.raises(ExpectationsError) as caught:
        make()
    message = str(caught.value)
    assert sentence in message
    assert message.startswith("metrics.yaml")
    assert "\n" not in message


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ExpectationsError, match=r"metrics\.yaml is missing"):
        load_rules("metrics", tmp_path)
