#!/usr/bin/env bash
# Set the password of Kibana's own user, and make the user that dengar works as: its indices and index templates, nothing else.
# Passwords go into JSON as they are: letters and digits only (.env.example says how to make one).
set -euo pipefail

ask() { # method path body
  curl --silent --show-error --fail --cacert /ca/ca.crt --user "elastic:$ELASTIC_PASSWORD" \
    --request "$1" "https://elasticsearch:9200$2" --header 'Content-Type: application/json' --data "$3" --output /dev/null
}

ask POST /_security/user/kibana_system/_password "{\"password\": \"$KIBANA_PASSWORD\"}"
ask PUT /_security/role/dengar '{
  "cluster": ["monitor", "manage_index_templates"],
  "indices": [{"names": ["mentions*", "messages*", "metrics*", "accounts*", "tombstones*"], "privileges": ["all"]}]
}'
ask PUT "/_security/user/$DENGAR_ELASTICSEARCH_USERNAME" \
  "{\"password\": \"$DENGAR_ELASTICSEARCH_PASSWORD\", \"roles\": [\"dengar\"], \"full_name\": \"the pipeline\"}"
