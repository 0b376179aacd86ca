"""A report as people read it: one structure of texts and charts, in one language, that both the page and the PDF are made of.

Texts of examples are read from the index now, by the ids that the report holds: what was deleted meanwhile is not shown.
"""
