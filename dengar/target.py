"""Which stack a command talks to: what the environment names, else the embedded instance of this folder."""

from __future__ import annotations

import os
from collections.abc import Mapping

from dengar.local.instance import Instance
from dengar.settings import Settings


def target(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment over those of the embedded instance (if `dengar up` made one)."""
    given = dict(os.environ if environment is None else environment)
    instance = Instance()
    known = instance.environment() if instance.exists else {}
    return Settings.from_environment({**known, **{name: value for name, value in given.items() if value}})
