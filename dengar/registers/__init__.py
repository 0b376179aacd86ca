"""The registers: accounts that may carry a name, campaigns, partners, panels. Plain YAML under infra/registers, checked when read.

Everyone who is not in the accounts register stays a pseudonym, everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dengar.paths import INFRA
from dengar.registers.files import read_rows
from dengar.registers.panels import check_panels, read_panels
from dengar.registers.rows import Account, Campaign, Member, Panel, Partner, RegistersError

__all__ = [
    "Account",
    "Campaign",
    "Member",
    "Panel",
    "Partner",
    "Registers",
    "RegistersError",
    "load_registers",
]


@dataclass(frozen=True)
class Registers:
    """All registers. Build it with load_registers; `Registers()` is the empty one."""

    accounts: tuple[Account, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    partners: tuple[Partner, ...] = ()
    panels: tuple[Panel, ...] = ()
    _by_id: dict[tuple[str, str], Account] = field(init=False, repr=False, compare=False)
    _by_handle: dict[tuple[str, str], Account] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {(a.platform, a.id): a for a in self.accounts})
        object.__setattr__(self, "_by_handle", {(a.platform, a.handle.casefold()): a for a in self.accounts})

    def lookup(self, platform: str, account_id: str | None, handle: str | None) -> Account | None:
        """The registered account of that platform id; where no id is known, of that handle (case and @ do not matter).

        A known id decides alone: a display name or handle can be imitated, an id cannot.
        """
        if account_id:
            return self._by_id.get((platform, account_id))
        return self._by_handle.get((platform, handle.removeprefix("@").casefold())) if handle else None

    def own(self, platform: str) -> list[Account]:
        """Our own (official) accounts on a platform."""
        return [account for account in self.accounts if account.platform == platform and account.role == "official"]

    def of_partner(self, partner: str) -> list[Account]:
        """A partner's accounts."""
        return [account for account in self.accounts if account.partner == partner]

    def panel(self, identity: str) -> Panel | None:
        """The highest locked version of a panel; drafts are not used for figures."""
        locked = [panel for panel in self.panels if panel.id == identity and panel.locked is not None]
        return max(locked, key=lambda panel: panel.version, default=None)


def load_registers(folder: Path | None = None) -> Registers:
    """Read accounts.yaml, campaigns.yaml, partners.yaml and, where there is one, panels.yaml of `folder` (default infra/registers).

    Raises RegistersError naming file, row and field: malformed, listed twice, pointing at what is not listed, or a locked panel changed.
    """
    folder = INFRA / "registers" if folder is None else folder
    registers = Registers(
        accounts=tuple(Account(**row) for row in read_rows(folder, "accounts")),
        campaigns=tuple(_campaign(row) for row in read_rows(folder, "campaigns")),
        partners=tuple(_partner(row) for row in read_rows(folder, "partners")),
        panels=read_panels(folder),
    )
    _check(registers)
    return registers


def _campaign(row: dict[str, Any]) -> Campaign:
    start, end = _days("campaigns.yaml", row)
    return Campaign(
        row["id"],
        row["name"],
        tuple(row["hashtags"]),
        tuple(row["phrases"]),
        start,
        end,
        kind=row["kind"],
        variants=tuple(row.get("variants", ())),
        panel=row.get("panel"),
    )


def _partner(row: dict[str, Any]) -> Partner:
    tier = row.get("tier")
    start, end = _days("partners.yaml", row)
    return Partner(
        row["id"],
        row["name"],
        row["kind"],
        None if tier is None else str(tier),
        start,
        end,
        row.get("disclosure", "required") == "required",
    )


def _days(file: str, row: dict[str, Any]) -> tuple[date | None, date | None]:
    start, end = (None if row.get(name) is None else date.fromisoformat(row[name]) for name in ("start", "end"))
    if start and end and end < start:
        raise RegistersError(f"{file}, row {row['id']}, field end: it lies before start.")
    return start, end


def _check(registers: Registers) -> None:
    _distinct("accounts.yaml", "id", ((a.platform, a.id) for a in registers.accounts))
    _distinct("accounts.yaml", "handle", ((a.platform, a.handle.casefold()) for a in registers.accounts))
    _distinct("campaigns.yaml", "id", (campaign.id for campaign in registers.campaigns))
    _distinct("partners.yaml", "id", (partner.id for partner in registers.partners))
    known = {partner.id for partner in registers.partners}
    for number, account in enumerate(registers.accounts, 1):
        if account.partner is not None and account.partner not in known:
            raise RegistersError(
                f"accounts.yaml, row {number} ({account.id}), field partner: {account.partner} is not in partners.yaml; "
                "add it there or correct the id."
            )
        if account.role == "official" and account.partner is not None:
            raise RegistersError(
                f"accounts.yaml, row {number} ({account.id}), field partner: an official account is our own; "
                "leave the partner out or correct the role."
            )
    for number, campaign in enumerate(registers.campaigns, 1):
        if not (campaign.hashtags or campaign.phrases):
            raise RegistersError(
                f"campaigns.yaml, row {number} ({campaign.id}), field hashtags: no mention could be told by it; "
                "write a hashtag or a phrase."
            )
    check_panels(registers.panels, registers.campaigns, known)


def _distinct(file: str, name: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for number, value in enumerate(values, 1):
        if value in seen:
            raise RegistersError(
                f"{file}, row {number}, field {name}: {value} is listed twice; remove one of the rows."
            )
        seen.add(value)
