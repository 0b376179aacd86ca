"""Recorded payloads from files: JSON, NDJSON and XML, split into the same items that the listeners publish."""

from __future__ import annotations

from listeners.archive.files import Unreadable, read_file

__all__ = ["Unreadable", "read_file"]
