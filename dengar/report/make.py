"""From the index to a settled report, and from that to a file: what the verb and the DAG share."""

from __future__ import annotations

from datetime import datetime

import orjson
from elasticsearch import Elasticsearch
from upath import UPath

from dengar.policy import load_policy
from dengar.registers import Registers
from dengar.report.indexed import IndexSource
from dengar.report.scope import Scope
from dengar.report.shelf import Shelf
from dengar.report.show.page import page_of
from dengar.report.source import Source
from dengar.report.targets import Targets, read
from dengar.report.week import Week
from dengar.report.weekly import Report, build, retire, settle, without_examples
from dengar.settings import Settings

LANGUAGES = ("id", "en")
FORMATS = ("html", "pdf", "json")


class CampaignError(ValueError):
    """No such campaign in the registers; the message names those there are."""


def scope_of(
    settings: Settings,
    client: Elasticsearch,
    registers: Registers,
    week: Week,
    now: datetime,
    *,
    campaign: str | None = None,
    targets: Targets | None = None,
) -> Scope:
    """What a report is about, read from the index behind `client`. Raises CampaignError, TargetsError, PolicyError."""
    known = {one.id: one for one in registers.campaigns}
    if campaign is not None and campaign not in known:
        raise CampaignError(
            f"There is no campaign {campaign}: choose one of {', '.join(known) or 'none, for campaigns.yaml is empty'}."
        )
    return Scope(
        week,
        load_policy(settings.policy_profile),
        registers,
        IndexSource(client),
        read() if targets is None else targets,
        now,
        campaign=None if campaign is None else known[campaign],
        results=UPath(settings.stage) / "results" if settings.stage else None,
    )


def settled(scope: Scope, shelf: Shelf | None) -> Report:
    """The report as it stands: frozen where the week is over and there is a shelf, a new version where it says otherwise by now.

    What was frozen so long ago that its records are gone is not computed again: it is retired. Raises IndexUnavailable.
    """
    name = scope.week.name if scope.campaign is None else f"{scope.week.name}-{scope.campaign.id}"
    held = None if shelf is None else shelf.newest(name)
    if shelf is not None and held is not None:
        kept = retire(held, scope.policy, scope.now)
        if kept.retired_at is not None:
            if kept is not held:
                shelf.put(kept)
                shelf.forget_others(kept)
            return kept
    fresh = build(scope)
    if shelf is None or not fresh.final:
        return fresh
    deleted = {} if held is None else scope.source.deletions(datetime.fromisoformat(held.made_at))
    report = settle(held, fresh, deleted)
    if report is not held:
        if held is not None:
            shelf.put(without_examples(held))
        shelf.put(report)
    return report


def rendered(report: Report, form: str, language: str, registers: Registers, source: Source) -> bytes:
    """The report as a file: `html`, `pdf` or `json`. Raises PdfError, and IndexUnavailable where examples cannot be read."""
    if form == "json":
        return orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2)
    page = page_of(report, language, registers, source.texts)
    if form == "html":
        from dengar.report.html import html

        return html(page).encode()
    from dengar.report.pdf import pdf

    return pdf(page, made_at=datetime.fromisoformat(report.made_at))
