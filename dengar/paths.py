"""Where the project's own files are: schemas, infra and DAGs lie beside the packages, not inside them."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SCHEMAS = PROJECT / "schemas"
INFRA = PROJECT / "infra"
DAGS = PROJECT / "dags"
