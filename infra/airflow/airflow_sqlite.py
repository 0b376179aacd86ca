"""How Airflow opens its SQLite file on one machine (airflow.cfg names this module)."""

CONNECT_ARGS = {"timeout": 30}  # seconds to wait for another process's write
