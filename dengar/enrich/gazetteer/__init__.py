"""Gazetteers: versioned YAML files of public facts (programmes, agencies, organisations, nicknames of places)."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
