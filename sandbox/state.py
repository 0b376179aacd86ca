"""What one running sandbox knows: its world, its time and its limits."""

from __future__ import annotations

import httpx

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.instagram.limits import Limits
from sandbox.push.dispatcher import Dispatcher
from sandbox.scenario import World, build_world
from sandbox.scenario.plan import Plan
from sandbox.youtube.quota import Quota


class State:
    """Everything that requests share. Used from one event loop only."""

    def __init__(
        self,
        world: World,
        quota: dict[str, int] | None = None,
        limits: dict[str, int] | None = None,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.world = world
        self.clock = Clock(world.start)
        self.youtube_quota = Quota(quota)
        self.instagram_limits = Limits(limits)
        self.faults = Faults()
        self.pushes = Dispatcher(world, client, self.faults)
        self.refused_keys = {"invalid"}


def state_for(seed: int, plan: Plan) -> State:
    """Build the world of a scenario and its state; the scenario may set `quota` and `limits` (see quota.yaml and limits.yaml).

    Raises ScenarioError.
    """
    return State(build_world(seed, plan), plan.settings.get("quota"), plan.settings.get("limits"))
