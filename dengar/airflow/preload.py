"""Imported once in the process that forks the tasks, so that a task finds its heavy modules loaded (2–5 s saved a task)."""

import pandas  # noqa: F401
import pyarrow.parquet  # noqa: F401

import dengar.index.known
import dengar.index.writer
import dengar.labels.held
import dengar.labels.mentions
import dengar.labels.rejudge
import dengar.log.kafka
import dengar.stages.enrich
import dengar.stages.index
import dengar.stages.labels
import dengar.stages.publish
import dengar.stages.trends
import dengar.stages.validate  # noqa: F401
from dengar.enrich import preload
from dengar.validate.engine import warm

preload()
warm()
