"""Scopes and pages over the corpus, for the tests of the report."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from dengar.policy import Policy, load_policy
from dengar.policy.rules import Declaration
from dengar.registers import Registers, load_registers
from dengar.report.html import html
from dengar.report.scope import Scope
from dengar.report.show.page import page_of
from dengar.report.targets import read
from dengar.report.week import Week
from dengar.report.weekly import Report
from tests.unit.report.corpus import NOW, WEEK_TOLD, MemorySource, corpus


def scope(
    source: MemorySource | None = None,
    *,
    profile: str = "sandbox",
    policy: Policy | None = None,
    now: datetime = NOW,
    week: Week = WEEK_TOLD,
    **changes: Any,
) -> Scope:
    """A scope over a small corpus of three weeks."""
    own = MemorySource(corpus(weeks=3, per_day=4)) if source is None else source
    return Scope(week, policy or load_policy(profile), load_registers(), own, read(), now, **changes)


def audited() -> Policy:
    """The profile of an operator who passed YouTube's audit and says so."""
    policy = load_policy("audited")
    word = Declaration("yt-derived", "Kepala Biro", NOW.date(), "audit of the project")
    return replace(policy, declarations={"yt-derived": word})


def page(
    report: Report, source: MemorySource, language: str = "id", registers: Registers | None = None
) -> dict[str, Any]:
    """The structure that both renderings show."""
    return page_of(report, language, registers or load_registers(), source.texts)


def written(report: Report, source: MemorySource, language: str = "id") -> str:
    """What a reader of the HTML reads, without markup and drawings."""
    body = re.sub(r"(?s)<style>.*?</style>|<head>.*?</head>", " ", html(page(report, source, language)))
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
