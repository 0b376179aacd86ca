"""Hashtags, @mentions, links and named entities of texts that are masked already.

`entities(masked)` and `Labeller` are in `dengar.enrich.entities.labeller`: importing them loads numpy, so not from here.
"""

from __future__ import annotations

from dengar.enrich.entities.addresses import MASKED_ACCOUNT, hashtags, links, replace_accounts

__all__ = ["MASKED_ACCOUNT", "hashtags", "links", "replace_accounts"]
