"""The tasks of erase_accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import task

from dengar.airflow.run import Run, noted_failure


# It reads every topic from its beginning, twice.
@task(execution_timeout=timedelta(hours=2))
def erase() -> list[dict[str, Any]]:
    """Work off the erasures that wait, the oldest first: id and last clock of each. It names nobody.

    Raises ErasureError where something is left after the second search: the receipt says where, and the next run goes on.
    """
    from dengar.erasure import ErasureError
    from dengar.erasure.opened import opened
    from dengar.erasure.requests import waiting

    run = Run()
    with noted_failure(run, "erase"), opened(run.settings) as deployment:
        receipts = [deployment.work.erase(request) for request in waiting(deployment.work.log)]
        if left := [receipt.id for receipt in receipts if receipt.state != "done"]:
            raise ErasureError(f"Something is left of {', '.join(left)}: `dengar erase status ID` tells where.")
    return [{"id": receipt.id, "gone_by": receipt.gone_by} for receipt in receipts]


# As a note that fails is not worth four tries: the receipts are written.
@task(retries=1)
def tell_erased(erased: list[dict[str, Any]]) -> str:
    """Leave the note: which requests, and when the last raw record is gone."""
    text = "nothing to do"
    if erased:
        last = max((one["gone_by"] for one in erased if one["gone_by"]), default=None)
        text = f"erased={len(erased)} {' '.join(one['id'] for one in erased)}" + (
            f"; raw records are gone by {last}" if last else ""
        )
    Run().note(text[:1000])
    return text
