"""Rules of an account."""

from great_expectations import expectations as gxe

from dengar.validate.rule import Rule, warning

RULES = [
    Rule(
        gxe.ExpectColumnValuesToBeNull,
        {
            "column": "shown_name",
            "row_condition": 'role == "public" or role == "unknown"',
            "condition_parser": "pandas",
        },
        "unmasked_author",
        "The account is not in the registers and yet carries a handle or a name.",
    ),
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "id_platform", "column_B": "platform", "ignore_row_if": "either_value_is_missing"},
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
        gxe.ExpectColumnValuesToNotBeNull,
        {
            "column": "shown_name",
            "row_condition": 'role != "public" and role != "unknown"',
            "condition_parser": "pandas",
        },
        "name.missing",
        "An account of the registers shows neither handle nor name.",
    ),
]
