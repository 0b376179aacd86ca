"""Which stack a command talks to: what the environment names, else the embedded instance of this folder."""

from __future__ import annotations

import os
from collections.abc import Mapping

from dengar.local.instance import Instance
from dengar.settings import Settings


def target(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment over those of the embedded instance (if `dengar up` made one).

    The instance's own pseudonym key and profile are among them: what a command works on again must come out as its tasks make it.
    """
    given = dict(os.environ if environment is None else environment)
    instance = Instance()
    known = {**_privacy(instance), **instance.environment()} if instance.exists else {}
    return Settings.from_environment({**known, **{name: value for name, value in given.items() if value}})


def _privacy(instance: Instance) -> dict[str, str]:
    from dengar.local.verbs import KEY_FILE

    path = instance.state_dir / KEY_FILE
    if not path.exists():
        return {}
    return {"DENGAR_POLICY_PROFILE": "sandbox", "DENGAR_PSEUDONYM_KEY": path.read_text(encoding="utf-8")}
