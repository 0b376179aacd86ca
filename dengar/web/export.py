"""What a question finds as a file, in the forms of `dengar export`; what policy hides is not in it, and column `off` names it."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import get_args

from dengar.index.export import Format, columns, records, write_export
from dengar.index.results import SearchPage
from dengar.policy import Policy
from dengar.policy.rules import PLATFORMS
from dengar.web.archive import Archive
from dengar.web.question import Question

MOST = 20_000
PAGE = 500
FORMS: tuple[Format, ...] = get_args(Format)
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
_IN_MEMORY = 8 << 20
_CHUNK = 1 << 16


def export(archive: Archive, policy: Policy, question: Question, form: Format) -> Iterator[bytes]:
    """The file in pieces, MOST mentions at most. It is whole before the first piece, so what fails can still be told as a page.

    Raises QueryError, IndexUnavailable. A large one waits in a temporary file without a name.
    """
    wanted = question.filters.get("platform")
    out = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when the last piece is read
    try:
        write_export(records(_pages(archive, question)), out, form, columns(policy, (wanted,) if wanted else PLATFORMS))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return _pieces(out)


def _pages(archive: Archive, question: Question) -> Iterator[SearchPage]:
    cursor, left = None, MOST
    while left > 0:
        page = archive.find(question, cursor=cursor, size=min(PAGE, left), facets=())
        yield page
        cursor, left = page.cursor, left - len(page.hits)
        if cursor is None:
            return


def _pieces(out: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with out:
        while piece := out.read(_CHUNK):
            yield piece
