"""The quarantine desk: what could not be processed, why, and what became of it.

A quarantined record is known by its position (`topic/partition/offset`). However often it fails, it is one entry with a count of
attempts; whether it passed meanwhile is read from the journal and the index, and what a person decided is a record on topic
`quarantine` of the same id, so that the decision lives as long as what it is about. Why: docs/decisions/0019.
"""
