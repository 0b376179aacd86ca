"""Hashtags, @mentions, links and named entities of texts that are masked already."""

from __future__ import annotations

from dengar.enrich.entities.addresses import MASKED_ACCOUNT, hashtags, links, replace_accounts

__all__ = ["MASKED_ACCOUNT", "hashtags", "links", "replace_accounts"]
