"""Where the project's own files are: schemas, infra and DAGs lie beside the packages, not inside them."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SCHEMAS = PROJECT / "schemas"
INFRA = PROJECT / "infra"
DAGS = PROJECT / "dags"

SHARED = Path(os.environ.get("DENGAR_SHARED") or PROJECT.parent / "shared")
"""Data that models are trained on and tests read, beside the project; it may be absent."""
