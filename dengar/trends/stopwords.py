"""Words that carry no topic: function words, courtesies and fillers of Indonesian as it is written in comments, and a few of English."""

from pathlib import Path

STOPWORDS = frozenset(Path(__file__).with_name("stopwords.txt").read_text(encoding="utf-8").split())
