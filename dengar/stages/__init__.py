"""The stages of the pipeline, one file each: claim → enrich → validate → publish, and claim → index.

Each is a plain function over a Log, a folder and a client, so that a test calls it without Airflow; dengar.airflow wraps them as tasks.
"""
