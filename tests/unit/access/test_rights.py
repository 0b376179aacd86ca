"""Rights as files: who reads and writes which topic and index. What a broker makes of them is tested in tests/e2e/test_access.py."""

from fnmatch import fnmatchcase

import pytest
import yaml

from dengar.access import AccessError
from dengar.access.indices import apply_roles, roles
from dengar.access.rights import FILE, grants
from dengar.index.templates import templates
from dengar.labels import APPLY_GROUP
from dengar.paths import PROJECT
from dengar.responses import TRACK_GROUP
from dengar.topics import ENRICH_GROUP, INDEX_GROUP, RAW_TOPICS, topics


def of(user, operation):
    return {grant.name for grant in grants() if grant[:3] == (f"User:{user}", operation, "topic")}


def of_class(*classes):
    return {name for name, topic in topics().items() if topic.record_class in classes}


def test_a_listener_writes_raw_topics_and_reads_none():
    raw = set(RAW_TOPICS)
    for user in ("listener-youtube", "listener-instagram"):
        assert of(user, "write") == raw | {"listener-state"}
        assert of(user, "read") == {"listener-state"}


def test_raw_topics_are_read_by_the_pipeline_the_receiver_and_the_privacy_desk_alone():
    readers = {grant.principal for grant in grants() if grant.operation == "read" and grant.name in of_class("raw")}
    assert readers == {"User:pipeline", "User:receiver", "User:privacy"}
    assert "raw.messages" not in of("receiver", "read")


def test_requests_to_be_forgotten_name_people_and_are_read_by_few():
    readers = {grant.principal for grant in grants() if grant[1:] == ("read", "topic", "erasures")}
    assert readers == {"User:pipeline", "User:receiver", "User:privacy"}


def test_the_pipeline_writes_nothing_raw_but_the_quarantine():
    assert of("pipeline", "write") & of_class("raw") == {"quarantine"}


def test_the_pipeline_may_use_the_groups_of_its_dags():
    groups = [grant.name for grant in grants() if grant[:3] == ("User:pipeline", "read", "group")]
    for group in (ENRICH_GROUP, INDEX_GROUP, APPLY_GROUP, TRACK_GROUP):
        assert any(fnmatchcase(group, pattern) for pattern in groups), group


def subscribed(tmp_path, **row):
    body = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    body["principals"] = {"sub-contoh": {"role": "subscriber", "organisation": "contoh", "topics": ["mentions"], **row}}
    path = tmp_path / "acls.yaml"
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    return path


def test_a_subscriber_has_its_topics_its_groups_and_the_acknowledgements(tmp_path):
    assert {grant[1:] for grant in grants(subscribed(tmp_path))} == {
        ("read", "topic", "mentions"),
        ("write", "topic", "erasure-acks"),
        ("read", "group", "sub.contoh.*"),
    }


@pytest.mark.parametrize(
    "row",
    [
        {"topics": ["raw.youtube"]},
        {"topics": ["messages"]},
        {"topics": ["erasures"]},
        {"topics": ["labels"]},
        {"topics": ["no-such-topic"]},
        {"topics": []},
        {"organisation": None},
        {"role": "nobody"},
        {"role": "engineer"},
        {"more": 1},
    ],
)
def test_what_is_not_for_subscribers_is_refused_in_one_sentence(tmp_path, row):
    with pytest.raises(AccessError, match=r"acls.yaml, sub-contoh: .+\.$"):
        grants(subscribed(tmp_path, **row))


def test_an_unknown_topic_or_class_is_refused(tmp_path):
    path = tmp_path / "acls.yaml"
    path.write_text(
        "roles: {one: {read: ['class:rwa'], write: [], groups: [], watch: [], settings: []}}\nprincipals: {a: {role: one}}\n"
    )
    with pytest.raises(AccessError, match="class:rwa is neither"):
        grants(path)
    path.write_text("roles: {one: {read: []}}\nprincipals: {a: {role: one}}\n")
    with pytest.raises(AccessError, match="exactly groups, read, settings, watch, write"):
        grants(path)


def reads(role, index):
    allowed = {"read", "all"}
    return any(
        allowed & set(one["privileges"]) and any(fnmatchcase(index, pattern) for pattern in one["names"])
        for one in roles()[role]["indices"]
    )


DMS, ACCOUNTS, MENTIONS = "messages-v1-instagram-2026.11", "accounts-v1", "mentions-v1-youtube-2026.11"
DESK, DESK_OF_DMS = "responses-v1", "private-responses-v1"


@pytest.mark.parametrize(
    ("role", "mentions", "messages", "accounts"),
    [
        ("dengar_analyst", True, False, False),
        ("dengar_responder", True, True, False),
        ("dengar_engineer", True, False, False),
        ("dengar_accounts", False, False, True),
        ("dengar_pipeline", True, True, True),
    ],
)
def test_who_reads_mentions_messages_and_accounts(role, mentions, messages, accounts):
    assert (reads(role, MENTIONS), reads(role, DMS), reads(role, ACCOUNTS)) == (mentions, messages, accounts)
    assert (reads(role, "mentions"), reads(role, "messages"), reads(role, "accounts")) == (mentions, messages, accounts)


@pytest.mark.parametrize(
    ("role", "public", "private"),
    [
        ("dengar_analyst", True, False),
        ("dengar_responder", True, True),
        ("dengar_engineer", True, False),
        ("dengar_accounts", False, False),
        ("dengar_pipeline", True, True),
    ],
)
def test_who_reads_how_conversations_stand(role, public, private):
    assert (reads(role, DESK), reads(role, DESK_OF_DMS)) == (public, private)
    assert (reads(role, f"{DESK}-r1"), reads(role, f"{DESK_OF_DMS}-r1")) == (public, private), "rebuilt"
    assert (reads(role, "responses"), reads(role, "private-responses")) == (public, private)


def test_every_role_is_spoken_of_above():
    assert len(roles()) == 5


def test_only_the_pipeline_writes():
    harmless = {"read", "view_index_metadata", "monitor", "maintenance"}
    for name, body in roles().items():
        privileges = {privilege for one in body["indices"] for privilege in one["privileges"]}
        assert privileges == {"all"} if name == "dengar_pipeline" else privileges <= harmless


def test_the_pipeline_may_use_every_index_that_a_template_makes():
    for body in templates().values():
        for pattern in body.get("index_patterns", []):
            assert reads("dengar_pipeline", pattern.replace("*", "x")), pattern


def test_no_pattern_of_one_family_covers_another():
    """Roles add up: one careless star undoes the others."""
    for name, body in roles().items():
        for one in body["indices"]:
            assert "*" not in one["names"], name


def test_the_script_of_compose_takes_the_roles_from_the_files():
    script = (PROJECT / "infra/docker/elasticsearch-users.sh").read_text(encoding="utf-8")
    assert "/roles/*.json" in script
    assert '\\"roles\\": [\\"dengar_pipeline\\"]' in script
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert "./infra/elasticsearch/roles:/roles:ro" in compose["services"]["elasticsearch-users"]["volumes"]


class Security:
    """Stands in for the client's security API of a server that has it: keeps roles, and adds fields of its own."""

    def __init__(self):
        self.held, self.security = {}, self

    def get_role(self):
        return {
            name: body | {"applications": [], "transient_metadata": {"enabled": True}}
            for name, body in self.held.items()
        }

    def put_role(self, *, name, **body):
        self.held[name] = body


def test_roles_are_written_once_and_again_when_they_differ():
    client = Security()
    assert len(apply_roles(client, roles(), dry_run=True)) == len(roles())
    assert client.held == {}
    assert len(apply_roles(client, roles())) == len(roles())
    assert client.held == roles()
    assert apply_roles(client, roles()) == []
    client.held["dengar_analyst"] = {**client.held["dengar_analyst"], "cluster": ["all"]}
    assert apply_roles(client, roles()) == ["wrote role dengar_analyst"]
    assert client.held == roles()
