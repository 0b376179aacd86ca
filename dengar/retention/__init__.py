"""Retention: every record has a clock; before it runs out the platform is asked again, and what it no longer shows is removed.

clocks.py stamps `expires_at`; due.py finds what must be looked at again and asks the listeners for it; sweep.py removes what ran out from
index and topics, files.py from DENGAR_STAGE; age.py tells how old the oldest unverified record is.
"""
