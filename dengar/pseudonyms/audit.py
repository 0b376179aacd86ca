"""Who joined a pseudonym to an account, when and why: a file an act, `audit/pseudonyms/…` below DENGAR_STAGE, never with the account.

Written before the answer is shown: who has seen an answer stands in the log.
"""

from __future__ import annotations

import getpass
import secrets
from datetime import UTC, datetime

import orjson
from upath import UPath

from dengar.enrich.pii import mask
from dengar.records import timestamp

FOLDER = "audit/pseudonyms"


def note(
    stage: UPath, act: str, pseudonyms: list[str], because: str, found: bool, now: datetime | None = None
) -> UPath:
    """Write down an act by the user of this machine; the file. `because` is masked. Raises OSError."""
    at = now or datetime.now(UTC)
    folder = stage / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.json"
    body = {
        "at": timestamp(at),
        "by": getpass.getuser(),
        "act": act,
        "pseudonyms": pseudonyms,
        "because": mask(because)[0][:1000],
        "found": found,
    }
    path.write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2))
    return path


def acts(stage: UPath) -> list[dict[str, object]]:
    """Everything that is written down, oldest first."""
    folder = stage / FOLDER
    paths = sorted(folder.glob("*.json"), key=lambda path: path.name) if folder.exists() else []
    return [orjson.loads(path.read_bytes()) for path in paths]
