"""The response desk: how long people wait for an answer, on the wall clock and in working time, and what was promised to them.

Pure functions over times, with hours, holidays and promises as data (`infra/working_time.yaml`, `infra/classes.yaml`); no service.
"""
