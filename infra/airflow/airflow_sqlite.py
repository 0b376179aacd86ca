"""How Airflow opens its SQLite file on one machine (airflow.cfg names this module)."""

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import now

CONNECT_ARGS = {"timeout": 30}  # seconds to wait for another process's write


@compiles(now, "sqlite")
def now_in_milliseconds(_element: object, _compiler: object, **_: object) -> str:
    """SQLite's CURRENT_TIMESTAMP has whole seconds, so a run that is due now would wait for the next second to begin."""
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
