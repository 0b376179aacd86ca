"""Saved searches: queries with a name, asked of every batch that was just indexed; what they find raises an alert, each mention once."""
