"""Everything of dengar that knows Airflow: the trigger, the assets and the tasks that wrap the stages. DAG files import from here."""
