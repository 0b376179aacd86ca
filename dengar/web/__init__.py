"""The explorer: server-rendered pages over the index, for people without Kibana. No script runs in the browser."""
