"""Trends and crises: what rises above what was to be expected, told early and seldom for nothing.

Pure functions and small states over series of counts; no service. A detector is causal: what it says of a bin uses that bin and earlier
ones.
"""

DETECT_GROUP = "detect-trends"
