"""The scenario engine: a deterministic week of public talk, and the truth about it."""

from sandbox.scenario.build import build_world
from sandbox.scenario.plan import DEFAULT_SCENARIO, Plan, ScenarioError, load_plan
from sandbox.scenario.world import Actor, Item, World

__all__ = ["DEFAULT_SCENARIO", "Actor", "Item", "Plan", "ScenarioError", "World", "build_world", "load_plan"]
