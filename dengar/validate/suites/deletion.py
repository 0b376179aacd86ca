"""Rules of a deletion."""

from great_expectations import expectations as gxe

from dengar.validate.rule import Rule, warning

ALL_REVISIONS = (1 << 21) - 1
DAY_MS = 86_400_000

RULES = [
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "id_platform", "column_B": "platform"},
        "id.other_platform",
        "The id's prefix names another platform than field platform.",
    ),
    Rule(
        gxe.ExpectColumnValuesToNotBeNull,
        {"column": "observed_ms"},
        "time.unreadable",
        "observed_at is not a time of the calendar.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeInSet,
        {"column": "version_drift_ms", "value_set": [0]},
        "version.other_time",
        "version was not packed from observed_at.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeInSet,
        {"column": "version_revisions", "value_set": [ALL_REVISIONS]},
        "version.not_final",
        "A deletion's version must carry both revisions at their maximum, or a re-enrichment would undo it.",
    ),
    warning(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "deleted_ahead_ms", "max_value": DAY_MS},
        "deleted_at.future",
        "deleted_at is more than a day after observed_at.",
    ),
]
