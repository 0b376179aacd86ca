"""Build the world of a scenario: the same seed gives the same world, to the byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from sandbox.scenario.gram import build_instagram
from sandbox.scenario.letters import build_messages
from sandbox.scenario.lives import build_lives
from sandbox.scenario.people import Public, registered
from sandbox.scenario.plan import Plan, ScenarioError, load_plan
from sandbox.scenario.speech import Speech
from sandbox.scenario.talk import settle
from sandbox.scenario.tube import build_youtube
from sandbox.scenario.world import World


def build_world(seed: int, scenario: Path | Plan | None = None) -> World:
    """Play a scenario once. Each part draws from its own generator, so that one part's volume does not shift another.

    Raises ScenarioError if the scenario, the phrases or the registers cannot be used.
    """
    plan = scenario if isinstance(scenario, Plan) else load_plan(scenario)
    try:
        return _build(seed, plan)
    except KeyError as error:
        raise ScenarioError(f"scenario {plan.name}: {error} is not set or not a slot of the phrases") from error


def _build(seed: int, plan: Plan) -> World:
    # Another week brings other people, posts and words; the accounts of the registers stay as they are.
    drawn = f"{seed}+{plan.moved.days}d" if plan.moved else f"{seed}"
    connected = set(plan.settings["instagram"].get("connected", ()))
    accounts = [
        replace(a, connected=a.platform == "instagram" and a.handle in connected)
        for a in registered(Random(f"{seed}/accounts"))
    ]
    if unknown := connected - {a.handle for a in accounts if a.connected}:
        raise ScenarioError(
            f"scenario {plan.name}: instagram.connected names {min(unknown)}, which is not in the registers"
        )
    official = {a.platform: a.handle for a in reversed(accounts) if a.role == "official"}
    speech = Speech(plan, official)
    people = {p: Public(p, n, Random(f"{drawn}/people/{p}")) for p, n in plan.settings["people"].items()}
    on = {p: [a for a in accounts if a.platform == p] for p in ("youtube", "instagram")}
    own = [a for a in on["instagram"] if a.role == "official"]
    items = build_youtube(plan, speech, people["youtube"], on["youtube"], Random(f"{drawn}/youtube"))
    gram = build_instagram(plan, speech, people["instagram"], on["instagram"], Random(f"{drawn}/instagram"))
    stories = [i for i in gram if i.format == "story" and i.author.role == "official"]
    items += gram
    items += build_lives(plan, speech, people["instagram"], own, Random(f"{drawn}/instagram-lives"))
    items += build_messages(plan, speech, people["instagram"], own, stories, Random(f"{drawn}/messages"))
    actors = {a.record_id: a for a in [*accounts, *(a for p in people.values() for a in p.actors)]}
    bursts = [{name: burst[name] for name in ("name", "phrases", "from", "to")} for burst in plan.settings["bursts"]]
    return World(plan.name, seed, plan.start, plan.end, actors, settle(items, plan.end), bursts)
