"""From the platforms to Kafka. A source is one file and one row in listeners/registry.py; nothing here knows Airflow or Elasticsearch."""
