"""Credit: the share of all conversions that each partner's posts caused, with an interval, and what is left unattributed.

An exposure is an observed act on a partner's post, not a view: who saw a post and did nothing is not to be had. What is credited is what
would not have come without the partner, by the fitted hazard model (`hazard.py`, `shapley.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dengar.attribution.touches import Floats, Touches

FORMULA = "credit/hazard/1"
LEVEL = 0.9
Z = 1.6449
"""Standard errors on either side of an interval of 90 %."""
WIDER, FORM_ERROR, FORM_DOUBT = 1.12, 0.02, 0.5
"""What the sandwich does not know: choosing strata and lags, and a form that is not quite the world's: as a share of
the partner's, which matters from some ten thousand conversions on, and of how far kernels of their own and re-runs moved the partner.

All were set on worlds of `sandbox/attribution`."""
SHOWN_FROM = 2.05
"""Standard errors from 0 below which the interval includes 0: a partner without effect passes once in fifty."""
LEAST_CONVERSIONS = 5


@dataclass(frozen=True)
class PartnerCredit:
    """`share` of all conversions, and the bounds of its 90 % interval; each from 0 to 1."""

    partner: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Credit:
    """Partners by share, then name. Shares and `unattributed` add up to 1. `sampled`: the share of the accounts that was looked at."""

    partners: list[PartnerCredit]
    unattributed: float
    conversions: int
    accounts: int
    sampled: float

    def as_dict(self) -> dict[str, Any]:
        """JSON form, as `dengar attribution credit` tells it."""
        rows = [
            {"partner": one.partner, "share": round(one.share, 6), "low": round(one.low, 6), "high": round(one.high, 6)}
            for one in self.partners
        ]
        return {
            "partners": rows,
            "unattributed": round(self.unattributed, 6),
            "level": LEVEL,
            "conversions": self.conversions,
            "accounts": self.accounts,
            "sampled": self.sampled,
            "formula": FORMULA,
        }


def credit(touches: Touches) -> Credit:
    """The credit of every partner with an exposure. With fewer than LEAST_CONVERSIONS nothing is shown: no credit, intervals up to 1."""
    total = len(touches.converted)
    share, low, high = _shares(touches)
    rows = [
        PartnerCredit(name, float(share[i]), float(low[i]), float(high[i])) for i, name in enumerate(touches.partners)
    ]
    rows.sort(key=lambda one: (-one.share, one.partner))
    return Credit(rows, max(0.0, 1.0 - float(share.sum())), total, touches.accounts, touches.sampled)


def _shares(touches: Touches) -> tuple[Floats, Floats, Floats]:
    from dengar.attribution.hazard import fit
    from dengar.attribution.panel import panel_of
    from dengar.attribution.shapley import shapley
    from dengar.attribution.uncertainty import standard_errors

    partners, total = len(touches.partners), len(touches.converted)
    unknown = np.zeros(partners), np.zeros(partners), np.ones(partners)
    if total < LEAST_CONVERSIONS or not partners:
        return unknown
    panel = panel_of(touches)
    if not len(panel.pair_event):  # no conversion follows an exposure
        return np.zeros(partners), np.zeros(partners), np.full(partners, min(1.0, 3.0 / total))
    model = fit(panel)
    caused, due = model.by_partner(), shapley(model)
    share = np.maximum(due, 0.0) / total
    if share.sum() > 1.0:
        share = share / share.sum()
    ratio = np.clip(np.where(caused > 0, share * total / np.maximum(caused, 1e-9), 1.0), 0.3, 2.0)
    sampling = np.hypot(standard_errors(model) * ratio * WIDER, 0.5 / total)
    doubt = FORM_DOUBT * np.hypot(caused - model.first_told, due - caused) / total
    error = np.hypot(sampling, np.hypot(FORM_ERROR * share, doubt))
    low = np.where(share > SHOWN_FROM * error, share - Z * error, 0.0)
    return share, np.maximum(low, 0.0), np.minimum(share + Z * error, 1.0)
