"""The embedded stack: real Kafka, Elasticsearch and Airflow as processes of one user on one machine, without Docker."""
