#!/usr/bin/env bash
# Make the certificate authority and the node's certificate, once. Clients get a volume with ca.crt alone, never the keys.
set -euo pipefail
certs=/usr/share/elasticsearch/config/certs

if [[ ! -f $certs/elasticsearch/elasticsearch.key ]]; then
  bin/elasticsearch-certutil ca --silent --pem --out "$certs/ca.zip"
  unzip -oq "$certs/ca.zip" -d "$certs"
  bin/elasticsearch-certutil cert --silent --pem --out "$certs/node.zip" --ca-cert "$certs/ca/ca.crt" --ca-key "$certs/ca/ca.key" \
    --name elasticsearch --dns elasticsearch --dns localhost --ip 127.0.0.1
  unzip -oq "$certs/node.zip" -d "$certs"
  rm "$certs/ca.zip" "$certs/node.zip"
fi
chown -R root:root "$certs"
find "$certs" -type d -exec chmod 750 {} +
find "$certs" -type f -exec chmod 640 {} +
cp "$certs/ca/ca.crt" /ca/ca.crt
chmod 644 /ca/ca.crt
