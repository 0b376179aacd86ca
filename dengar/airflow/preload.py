"""Imported once in the process that forks the tasks, so that a task finds its heavy modules loaded (2–5 s saved a task)."""

import great_expectations  # noqa: F401
import pandas  # noqa: F401
import pyarrow.parquet  # noqa: F401

import dengar.enrich
import dengar.index
import dengar.log.kafka
import dengar.stages.enrich
import dengar.stages.index
import dengar.stages.publish
import dengar.stages.validate
import dengar.validate  # noqa: F401
