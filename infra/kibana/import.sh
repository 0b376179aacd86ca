#!/usr/bin/env bash
# Import the saved objects beside this file; importing again overwrites them with the same.
set -euo pipefail
for file in /kibana/*.ndjson; do
  answer=$(curl --silent --show-error --fail --user "elastic:$ELASTIC_PASSWORD" --header 'kbn-xsrf: true' \
    --form "file=@$file" 'http://kibana:5601/api/saved_objects/_import?overwrite=true')
  [[ $answer == *'"success":true'* ]] || { echo "Kibana refused $file: $answer" >&2; exit 1; }
done
