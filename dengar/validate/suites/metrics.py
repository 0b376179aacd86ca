"""Rules of a metrics snapshot."""

from great_expectations import expectations as gxe

from dengar.validate.rule import Rule, warning

RULES = [
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "object_platform", "column_B": "platform"},
        "object_id.other_platform",
        "The object_id's prefix names another platform than field platform.",
    ),
    Rule(
        gxe.ExpectColumnValuesToNotBeNull,
        {"column": "observed_ms"},
        "time.unreadable",
        "observed_at is not a time of the calendar.",
    ),
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "id_series", "column_B": "series_id"},
        "id.not_derived",
        "id must begin with object_id@observed_at in ms: a repeat could not be told from a new snapshot.",
    ),
    Rule(
        gxe.ExpectColumnValuesToNotBeNull,
        {"column": "post_id", "row_condition": 'object_type != "account"', "condition_parser": "pandas"},
        "post_id.missing",
        "Only an account's metrics have no post_id.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "lowest", "min_value": 0},
        "values.negative",
        "A count is below zero.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "kept_for_ms", "min_value": 0, "strict_min": True},
        "expires_at.past",
        "expires_at is not after observed_at.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeInSet,
        {"column": "version_drift_ms", "value_set": [0]},
        "version.other_time",
        "version was not packed from observed_at.",
    ),
    warning(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "told", "min_value": 1},
        "values.none",
        "The snapshot tells neither a value nor why there is none.",
    ),
]
