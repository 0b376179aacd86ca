#!/usr/bin/env bash
# Set the password of Kibana's own user, write the roles of infra/elasticsearch/roles, and make the user that dengar works as.
# Passwords go into JSON as they are: letters and digits only (.env.example says how to make one).
set -euo pipefail

ask() { # method path body
  curl --silent --show-error --fail --cacert /ca/ca.crt --user "elastic:$ELASTIC_PASSWORD" \
    --request "$1" "https://elasticsearch:9200$2" --header 'Content-Type: application/json' --data "$3" --output /dev/null
}

ask POST /_security/user/kibana_system/_password "{\"password\": \"$KIBANA_PASSWORD\"}"
for file in /roles/*.json; do
  ask PUT "/_security/role/$(basename "$file" .json)" "$(cat "$file")"
done
ask PUT "/_security/user/$DENGAR_ELASTICSEARCH_USERNAME" \
  "{\"password\": \"$DENGAR_ELASTICSEARCH_PASSWORD\", \"roles\": [\"dengar_pipeline\"], \"full_name\": \"the pipeline\"}"
