"""Panels: whose voices a share of voice is taken of. A locked version is held against its digest, so that a series means one thing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from dengar.registers.files import read_rows
from dengar.registers.rows import Campaign, Member, Panel, RegistersError

_LISTS = ("hashtags", "phrases", "campaigns", "partners")


def read_panels(folder: Path) -> tuple[Panel, ...]:
    """The panels of `<folder>/panels.yaml`; none where there is no such file. Raises RegistersError."""
    if not (folder / "panels.yaml").exists():
        return ()
    return tuple(_panel(row) for row in read_rows(folder, "panels"))


def _panel(row: dict[str, Any]) -> Panel:
    members = tuple(
        Member(one["id"], one["name"], **{name: tuple(one.get(name, ())) for name in _LISTS}) for one in row["members"]
    )
    return Panel(row["id"], row["version"], row["name"], members, row.get("locked"))


def check_panels(panels: Sequence[Panel], campaigns: Sequence[Campaign], partners: Collection[str]) -> None:
    """Raises RegistersError for a version listed twice, a locked one that was changed, and ids that no register has."""
    known = {campaign.id for campaign in campaigns}
    seen: set[tuple[str, int]] = set()
    for number, panel in enumerate(panels, 1):
        where = f"panels.yaml, row {number} ({panel.id} version {panel.version})"
        if (panel.id, panel.version) in seen:
            raise RegistersError(f"{where}, field version: it is listed twice; count up.")
        seen.add((panel.id, panel.version))
        if panel.locked is not None and panel.locked != panel.digest:
            raise RegistersError(
                f"{where}, field members: a locked version was changed; put it back and write version {panel.version + 1}, "
                f"locked: {panel.digest!r}."
            )
        _check_members(where, panel, known, partners)
    for number, campaign in enumerate(campaigns, 1):
        if campaign.panel is not None and campaign.panel not in {panel.id for panel in panels}:
            raise RegistersError(
                f"campaigns.yaml, row {number} ({campaign.id}), field panel: {campaign.panel} is not in panels.yaml; "
                "add it there or correct the id."
            )


def _check_members(where: str, panel: Panel, campaigns: Collection[str], partners: Collection[str]) -> None:
    for at, member in enumerate(panel.members):
        field = f"{where}, field members.{at}"
        if member.id in {one.id for one in panel.members[:at]}:
            raise RegistersError(f"{field}.id: {member.id} is there twice; remove one.")
        if not any(getattr(member, name) for name in _LISTS):
            raise RegistersError(
                f"{field}: no mention could be told by {member.id}; write a hashtag, phrase, campaign or partner."
            )
        for name, known in (("campaigns", campaigns), ("partners", partners)):
            if unknown := [one for one in getattr(member, name) if one not in known]:
                raise RegistersError(
                    f"{field}.{name}: {unknown[0]} is not in {name}.yaml; add it there or correct the id."
                )
