"""Bring a broker's ACLs in line with the file. Deny is the default: with an authorizer, what no ACL allows is refused."""

from __future__ import annotations

import time
from collections.abc import Iterable

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import KafkaError, SecurityDisabledError

from dengar.access.rights import Grant
from dengar.log import LogError
from dengar.log.kafka import connection
from dengar.settings import Settings

_PATIENCE_S = 30.0
_OPERATION = {
    "read": ACLOperation.READ,
    "write": ACLOperation.WRITE,
    "describe": ACLOperation.DESCRIBE,
    "describe_configs": ACLOperation.DESCRIBE_CONFIGS,
}
_KIND = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP}


def apply_acls(settings: Settings, wanted: Iterable[Grant], *, dry_run: bool = False) -> list[str] | None:
    """Add the rights that are missing and take away what principals of the file have beyond it; a sentence a change.

    None where the broker has no authorizer. Rights of principals that the file does not name stay. Raises LogError.
    """
    rights = set(wanted)
    mine = {grant.principal for grant in rights}
    try:
        admin = KafkaAdminClient(**connection(settings))
        try:
            held = _held(admin)
            if held is None:
                return None
            missing = sorted(rights - held)
            beyond = sorted(grant for grant in held - rights if grant.principal in mine)
            if not dry_run and missing:
                _done(admin.create_acls([_acl(grant) for grant in missing]))
            if not dry_run and beyond:
                admin.delete_acls([_acl(grant) for grant in beyond])
            if not dry_run and (missing or beyond):
                _in_force(admin, rights, mine)
        finally:
            admin.close()
    except KafkaError as error:
        raise LogError(
            f"The rights on {settings.kafka_bootstrap} could not be applied ({error!r}): is Kafka up, and are you an admin of it?"
        ) from error
    return [f"allow {_told(grant)}" for grant in missing] + [f"no longer allow {_told(grant)}" for grant in beyond]


def _held(admin: KafkaAdminClient) -> set[Grant] | None:
    """The rights that stand, of the kinds that the file speaks of."""
    everything = ACLFilter(
        None,
        None,
        ACLOperation.ANY,
        ACLPermissionType.ANY,
        ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
    )
    try:
        acls, _ = admin.describe_acls(everything)
    except SecurityDisabledError:
        return None
    kinds, operations = {v: k for k, v in _KIND.items()}, {v: k for k, v in _OPERATION.items()}
    return {
        Grant(acl.principal, operations[acl.operation], kinds[pattern.resource_type], _name(pattern))  # type: ignore[arg-type]
        for acl in acls
        if (pattern := acl.resource_pattern).resource_type in kinds
        and acl.operation in operations
        and acl.permission_type == ACLPermissionType.ALLOW
    }


def _in_force(admin: KafkaAdminClient, rights: set[Grant], mine: set[str]) -> None:
    """Wait until the broker goes by what its controller has taken."""
    deadline = time.monotonic() + _PATIENCE_S
    while {grant for grant in _held(admin) or () if grant.principal in mine} != rights:
        if time.monotonic() > deadline:
            raise LogError(f"The rights are not in force after {_PATIENCE_S:.0f} s: is Kafka well? `dengar status`")
        time.sleep(0.1)


def _acl(grant: Grant) -> ACL:
    prefixed = grant.name.endswith("*") and grant.name != "*"  # "*" alone is Kafka's own name for all
    pattern = ACLResourcePatternType.PREFIXED if prefixed else ACLResourcePatternType.LITERAL
    name = grant.name.removesuffix("*") if prefixed else grant.name
    resource = ResourcePattern(_KIND[grant.kind], name, pattern)
    return ACL(grant.principal, "*", _OPERATION[grant.operation], ACLPermissionType.ALLOW, resource)


def _name(pattern: ResourcePattern) -> str:
    prefixed = pattern.pattern_type == ACLResourcePatternType.PREFIXED
    return f"{pattern.resource_name}*" if prefixed else str(pattern.resource_name)


def _done(answer: dict[str, list[object]]) -> None:
    """Raises LogError where the broker refused one."""
    if failed := answer.get("failed"):
        raise LogError(f"Kafka refused {len(failed)} rights: are you an admin of it? The first: {failed[0]}")


def _told(grant: Grant) -> str:
    return f"{grant.principal} to {grant.operation} {grant.kind} {grant.name}"
