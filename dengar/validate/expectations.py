"""Expectations of our own: rules about one value that Great Expectations has no words for."""

from __future__ import annotations

from typing import Any

from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)


def well_formed_hashtags(value: Any) -> bool:
    """A list of distinct, non-empty, lower-case names without # or white space."""
    return (
        isinstance(value, list)
        and len(set(value)) == len(value)
        and all(
            bool(name) and name == name.lower() and "#" not in name and len(name.split()) == 1 and name == name.strip()
            for name in value
        )
    )


def masked(value: Any) -> bool:
    """No identifier of a person is left, by the detector that enrichment masks with: a last guard, not a second opinion."""
    from dengar.enrich.pii import IDENTIFIERS, find_pii

    return not any(span.type in IDENTIFIERS for span in find_pii(value))


class _Hashtags(ColumnMapMetricProvider):  # type: ignore[misc]  # Great Expectations is untyped for us
    condition_metric_name = "column_values.well_formed_hashtags"

    @column_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column: Any, **kwargs: Any) -> Any:
        return column.map(well_formed_hashtags).astype(bool)


class _Masked(ColumnMapMetricProvider):  # type: ignore[misc]
    condition_metric_name = "column_values.masked"

    @column_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column: Any, **kwargs: Any) -> Any:
        return column.map(masked).astype(bool)


class ExpectColumnValuesToBeHashtags(ColumnMapExpectation):  # type: ignore[misc]
    """Each value is a list of distinct lower-case hashtags without #."""

    map_metric = "column_values.well_formed_hashtags"


class ExpectColumnValuesToBeMasked(ColumnMapExpectation):  # type: ignore[misc]
    """No text carries an identifier of a person (NIK, KK, phone, e-mail, account, NPWP)."""

    map_metric = "column_values.masked"
