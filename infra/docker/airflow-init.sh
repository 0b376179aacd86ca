#!/usr/bin/env bash
# Bring Airflow's metadata database to this version, and write the one user who may log in.
set -euo pipefail
airflow db migrate
umask 077
python -c 'import json, os; print(json.dumps({os.environ["DENGAR_AIRFLOW_USERNAME"]: os.environ["DENGAR_AIRFLOW_PASSWORD"]}))' \
  > "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
