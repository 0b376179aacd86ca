"""Alerts: rules as files, records on topic `alerts`, delivery once in effect, and what people do with them.

Raising and delivering are apart. Whoever finds something publishes a record of schemas/alert (`dengar.alerts.record`); DAG deliver_alerts
takes it from there: quiet hours, escalation, retries, and an outbox that survives the death of a worker.
"""

TOPIC = "alerts"
DELIVER_GROUP = "deliver-alerts"
