"""Kibana's saved objects, built from the source files of infra/kibana: data views, saved searches, panels, dashboards."""
