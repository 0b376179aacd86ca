"""Access: who may read what. infra/kafka/acls.yaml and infra/elasticsearch/roles/ say it; a server that has security is brought in line.

Why the lines run where they do: docs/decisions/0026-access-by-store.md.
"""

from __future__ import annotations


class AccessError(ValueError):
    """The files of rights are malformed, or a server cannot take them; the message says what to do."""
