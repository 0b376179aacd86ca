"""Rules of a mention."""

from great_expectations import expectations as gxe

from dengar.validate.expectations import ExpectColumnValuesToBeHashtags, ExpectColumnValuesToBeMasked
from dengar.validate.rule import Rule, warning

DAY_MS = 86_400_000
MINUTE_MS = 60_000
FIRST_VIDEO_MS = 1_108_857_600_000
"""2005-02-20: neither platform holds anything older (YouTube's first upload is of April 2005)."""


RULES = [
    Rule(
        ExpectColumnValuesToBeMasked,
        {"column": "texts"},
        "unmasked_pii",
        "title, text or text_normalised still carries an e-mail address or a sixteen-digit number: masking missed it.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeNull,
        {
            "column": "author_name",
            "row_condition": 'author_role == "public" or author_role == "unknown"',
            "condition_parser": "pandas",
        },
        "unmasked_author",
        "The author is not in the registers and yet carries a handle or a name.",
    ),
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "id_platform", "column_B": "platform"},
        "id.other_platform",
        "The id's prefix names another platform than field platform.",
    ),
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "post_platform", "column_B": "platform"},
        "post_id.other_platform",
        "The post_id's prefix names another platform than field platform.",
    ),
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {"column_A": "post_id", "column_B": "id", "row_condition": 'kind == "post"', "condition_parser": "pandas"},
        "post_id.not_own",
        "A post must be its own root: post_id differs from id.",
    ),
    Rule(
        gxe.ExpectColumnPairValuesToBeEqual,
        {
            "column_A": "post_id",
            "column_B": "conversation_id",
            "row_condition": 'kind == "dm"',
            "condition_parser": "pandas",
        },
        "post_id.not_thread",
        "A direct message must have its thread as post_id.",
    ),
    Rule(
        gxe.ExpectColumnValuesToNotBeNull,
        {"column": "parent_id", "row_condition": 'kind == "reply"', "condition_parser": "pandas"},
        "parent_id.missing",
        "A reply must say what it answers: parent_id is null.",
    ),
    Rule(
        gxe.ExpectColumnValuesToNotBeNull,
        {"column": "ahead_ms"},
        "time.unreadable",
        "published_at or observed_at is not a time of the calendar.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "ahead_ms", "max_value": DAY_MS},
        "published_at.future",
        "published_at is more than a day after observed_at.",
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
        "version was not packed from observed_at: an older observation could overwrite a newer one.",
    ),
    Rule(
        gxe.ExpectColumnValuesToBeInSet,
        {"column": "revision_drift", "value_set": [0]},
        "version.other_revision",
        "version was not packed from enrichment_revision.",
    ),
    Rule(
        ExpectColumnValuesToBeHashtags,
        {"column": "hashtags"},
        "hashtags.malformed",
        "hashtags must be distinct, lower case, and without # or spaces.",
    ),
    warning(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "ahead_ms", "max_value": 5 * MINUTE_MS},
        "published_at.ahead",
        "published_at is more than five minutes after observed_at: a clock is wrong.",
    ),
    warning(
        gxe.ExpectColumnValuesToBeBetween,
        {"column": "published_ms", "min_value": FIRST_VIDEO_MS},
        "published_at.ancient",
        "published_at is older than the platforms are.",
    ),
]
