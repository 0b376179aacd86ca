"""infra/kafka/acls.yaml as a set of grants: principal, operation, resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from dengar.access import AccessError
from dengar.paths import INFRA
from dengar.topics import Topic, topics

FILE = INFRA / "kafka" / "acls.yaml"
FOR_SUBSCRIBERS = ("enriched", "result")
_ROW, _ROLE = {"role", "organisation", "topics"}, {"write", "read", "groups", "watch", "settings"}


Operation = Literal["read", "write", "describe", "describe_configs"]


class Grant(NamedTuple):
    """One right. `name` of a group may end in `*`: all groups that begin so. Reading and writing bring describing with them."""

    principal: str
    operation: Operation
    kind: Literal["topic", "group"]
    name: str


def grants(file: Path = FILE, known: Mapping[str, Topic] | None = None) -> frozenset[Grant]:
    """Every right that the file gives. Raises AccessError, a plain sentence."""
    known = topics() if known is None else known
    try:
        body = yaml.safe_load(file.read_text(encoding="utf-8"))
        roles, principals = dict(body["roles"]), dict(body["principals"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise AccessError(f"{file.name} cannot be read: it needs roles and principals ({error}).") from error
    found: set[Grant] = set()
    for user, row in principals.items():
        if not isinstance(row, dict) or row.get("role") not in roles or not set(row) <= _ROW:
            raise AccessError(
                f"{file.name}, {user}: name one of the roles {', '.join(roles)}; a subscriber also organisation and topics."
            )
        role = roles[row["role"]]
        if not isinstance(role, dict) or set(role) != _ROLE:
            raise AccessError(f"{file.name}, role {row['role']}: it needs exactly {', '.join(sorted(_ROLE))}.")
        found |= set(_of_role(f"User:{user}", role, known, file))
        found |= set(_of_subscriber(user, row, known, file))
    return frozenset(found)


def _of_role(principal: str, role: dict[str, Sequence[str]], known: Mapping[str, Topic], file: Path) -> Iterator[Grant]:
    operations: dict[str, Operation] = {"read": "read", "write": "write", "settings": "describe_configs"}
    for listed, operation in operations.items():
        for name in role[listed]:
            for topic in _named(name, known, file):
                yield Grant(principal, operation, "topic", topic)
    for group in role["groups"]:
        yield Grant(principal, "read", "group", group)
    for group in role["watch"]:
        yield Grant(principal, "describe", "group", group)


def _of_subscriber(user: str, row: dict[str, Any], known: Mapping[str, Topic], file: Path) -> Iterator[Grant]:
    if row["role"] != "subscriber":
        if set(row) != {"role"}:
            raise AccessError(f"{file.name}, {user}: only a subscriber names organisation and topics.")
        return
    organisation, names = row.get("organisation"), row.get("topics")
    if not organisation or not names:
        raise AccessError(f"{file.name}, {user}: a subscriber names its organisation and its topics.")
    for name in names:
        if name not in known or known[name].record_class not in FOR_SUBSCRIBERS:
            raise AccessError(
                f"{file.name}, {user}: {name} is not for subscribers; take topics of class {' or '.join(FOR_SUBSCRIBERS)}."
            )
        yield Grant(f"User:{user}", "read", "topic", name)
    yield Grant(f"User:{user}", "read", "group", f"sub.{organisation}.*")


def _named(name: str, known: Mapping[str, Topic], file: Path) -> list[str]:
    chosen = [topic.name for topic in known.values() if name in (topic.name, f"class:{topic.record_class}")]
    if not chosen:
        raise AccessError(f"{file.name}: {name} is neither a topic of schemas/topics.yaml nor class:… of one.")
    return chosen
