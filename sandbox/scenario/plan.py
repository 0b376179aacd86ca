"""Read a scenario file, the phrase bank and the registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dengar.paths import INFRA
from dengar.records import JAKARTA

HERE = Path(__file__).resolve().parent.parent
DEFAULT_SCENARIO = HERE / "scenarios" / "kemensos_week.yaml"
PHRASES = HERE / "phrases"
REGISTERS = INFRA / "registers"

_REQUIRED = ("name", "start", "days", "youtube", "instagram", "people", "mix", "rates", "bursts")


class ScenarioError(ValueError):
    """A scenario or phrase file cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Plan:
    """A scenario as written, or on other days. `settings` is the YAML mapping; start and end, also of bursts, are aware UTC.

    `moved` is how far it was moved: another week is another world, whose ids and texts are its own.
    """

    name: str
    start: datetime
    end: datetime
    settings: dict[str, Any]
    moved: timedelta = timedelta(0)

    def rate(self, name: str) -> float:
        """A share between 0 and 1. Raises ScenarioError if the scenario does not set it."""
        try:
            return float(self.settings["rates"][name])
        except KeyError as error:
            raise ScenarioError(f"scenario {self.name}: set rates.{name}") from error


@cache
def read_yaml(path: Path) -> Any:
    """The parsed file. Raises ScenarioError if it is missing or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise ScenarioError(f"cannot read {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path} is not YAML: {error}") from error


def phrases(name: str) -> Any:
    """The phrase file `sandbox/phrases/<name>.yaml`."""
    return read_yaml(PHRASES / f"{name}.yaml")


def moment(value: Any, where: str) -> datetime:
    """An aware UTC datetime from YAML. Raises ScenarioError if it is not a time with a zone."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise ScenarioError(f"{where}: {value!r} is not an ISO 8601 time") from error
    if not isinstance(value, datetime):
        raise ScenarioError(f"{where}: a time is needed")
    if value.tzinfo is None:
        raise ScenarioError(f"{where}: add a zone, such as +07:00")
    return value.astimezone(UTC)


def load_plan(path: Path | None = None, first: date | None = None) -> Plan:
    """Read a scenario (default: the Kemensos week), moved so that it begins on `first` (Asia/Jakarta). Raises ScenarioError."""
    file = path or DEFAULT_SCENARIO
    settings = read_yaml(file)
    if not isinstance(settings, dict):
        raise ScenarioError(f"{file}: a mapping is needed")
    missing = [name for name in _REQUIRED if name not in settings]
    if missing:
        raise ScenarioError(f"{file}: set {', '.join(missing)}")
    start = moment(settings["start"], f"{file}: start")
    end = start + timedelta(days=float(settings["days"]))
    bursts = [
        burst | {edge: moment(burst.get(edge), f"{file}: bursts.{edge}") for edge in ("from", "to")}
        for burst in settings["bursts"]
    ]
    plan = Plan(str(settings["name"]), start, end, settings | {"bursts": bursts})
    by = timedelta(0) if first is None else first - start.astimezone(JAKARTA).date()
    return _moved(plan, by) if by else plan


def _moved(plan: Plan, by: timedelta) -> Plan:
    """By whole days, so that what happens at an hour of the day still does."""
    bursts = [burst | {edge: burst[edge] + by for edge in ("from", "to")} for burst in plan.settings["bursts"]]
    script = plan.settings.get("script") or {}
    told = {name: value + by if isinstance(value, datetime) else value for name, value in script.items()}
    settings = plan.settings | {"bursts": bursts, "script": told or None}
    return Plan(plan.name, plan.start + by, plan.end + by, settings, by)
