"""Fill phrases: a template of the bank becomes a sentence with its true labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.scenario.pii import decoy, plant
from sandbox.scenario.plan import Plan, phrases
from sandbox.scenario.style import decorate, informal

_SLOT = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Saying:
    """A finished text and what is true about it."""

    text: str
    labels: dict[str, Any]


class Speech:
    """Draws sentences. Deterministic for a given Random."""

    def __init__(self, plan: Plan, official: dict[str, str]) -> None:
        """`official`: platform -> handle of the account that people address."""
        self._plan = plan
        self._official = official
        self._slots: dict[str, list[str]] = phrases("slots")
        self._style = phrases("style")
        self._followups = phrases("followups")
        self._official_bank = phrases("official")
        self._bursts = {**phrases("bursts"), **plan.settings.get("phrases", {})}
        self._bank = {name: phrases(name) for name in plan.settings["mix"]}
        self._mix = (list(plan.settings["mix"]), [float(w) for w in plan.settings["mix"].values()])

    def fill(self, template: str, random: Random, platform: str) -> str:
        """The template with its slots filled, the same slot alike. Raises KeyError for a slot that slots.yaml does not have."""
        chosen = {"official": f"@{self._official[platform]}"}

        def word(match: re.Match[str]) -> str:
            if match[1] not in chosen:
                chosen[match[1]] = random.choice(self._slots[match[1]])
            return chosen[match[1]]

        return _SLOT.sub(word, template)

    def comment(self, random: Random, platform: str, handle: str, campaigns: tuple[str, ...]) -> Saying:
        """An ordinary comment; `campaigns` are hashtags that fit the post it stands under."""
        name = random.choices(*self._mix)[0]
        return self._say(self._bank[name], name, random, platform, handle, campaigns)

    def burst(self, kind: str, random: Random, platform: str, handle: str) -> Saying:
        """A comment of a burst (crisis, hoax). Raises KeyError for an unknown kind."""
        return self._say(self._bursts[kind], kind, random, platform, handle, ())

    def followup(self, kind: str, random: Random, platform: str, handle: str) -> Saying:
        """kind: replies, chat, messages or mentions."""
        return self._say(self._followups[kind], kind, random, platform, handle, ())

    def line(self, kind: str, random: Random, platform: str) -> str:
        """A plain line of followups.yaml without labels (super_chat, message_replies)."""
        return self.fill(random.choice(self._followups[kind]), random, platform)

    def official_reply(self, kind: str, random: Random, platform: str) -> str:
        """What an official account answers to a complaint, question, crisis, hoax or praise."""
        return self.fill(random.choice(self._official_bank["replies"][kind]), random, platform)

    def post(self, kind: str, random: Random, platform: str) -> tuple[str, str, dict[str, Any]]:
        """(title, text, row) of a post; kind: posts, partner_posts, citizen_posts or lives."""
        row = random.choice(self._official_bank[kind])
        title, text = self.fill(f"{row['title']}\0{row['text']}", random, platform).split("\0")
        return title, text, row

    def _say(
        self,
        groups: list[dict[str, Any]],
        bank: str,
        random: Random,
        platform: str,
        handle: str,
        campaigns: tuple[str, ...],
    ) -> Saying:
        group = random.choices(groups, [len(g["texts"]) for g in groups])[0]
        template = random.choice(group["texts"])
        labels = {name: value for name, value in group.items() if name != "texts"}
        labels |= {"bank": bank, "template": template}
        text = self.fill(template, random, platform)
        if random.random() < self._plan.rate("code_mix") and "language" not in labels and not labels.get("spam"):
            code = random.choice(("jv", "su"))
            place = random.choice(("openings", "endings"))
            bit = random.choice(self._style[place][code])
            text = f"{bit} {text}" if place == "openings" else f"{text} {bit}"
            labels["code_mix"] = code
        elif random.random() < 0.25 and not labels.get("spam"):
            text = f"{text} {self.fill(random.choice(self._style['endings']['id']), random, platform)}"
        if random.random() < self._plan.rate("informal"):
            text = informal(text, self._style, random, random.uniform(0.3, 1.0))
        if labels["intent"] in ("complaint", "request") and random.random() < self._plan.rate("pii"):
            part, planted = plant(random, handle)
            text = f"{text} {part}"
            labels["pii"] = [planted]
        elif random.random() < self._plan.rate("pii_decoy"):
            text = f"{text} {decoy(random)}"
            labels["pii_decoy"] = True
        text = decorate(text, labels["sentiment"], self._style, random, self._plan.rate("emoji"))
        if campaigns and (labels.get("campaign") or random.random() < 0.05):
            text = f"{text} #{random.choice(campaigns)}"
        return Saying(text, labels)
