"""How well search finds what is meant: queries and judged documents of our own, against two analyzers that anybody would take."""
