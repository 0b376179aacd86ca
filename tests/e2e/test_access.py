"""The rights of infra/kafka/acls.yaml on a real broker with an authorizer and SCRAM users: what a role may not, the broker refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from string import Template
from uuid import uuid4

import orjson
import pytest
import yaml

from dengar.access.kafka import apply_acls
from dengar.access.rights import FILE, grants
from dengar.local import ports
from dengar.local.instance import Instance
from dengar.local.kafka import Kafka
from dengar.local.process import stop
from dengar.local.progress import Silent
from dengar.local.stack import SMALL
from dengar.log import LogError, OffsetRange, Partition
from dengar.log.admin import apply_topics, longest_kept
from dengar.log.kafka import KafkaLog
from dengar.paths import INFRA, PROJECT
from dengar.settings import Settings
from dengar.topics import topics

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.timeout(300)]

USERS = ("admin", "listener-youtube", "pipeline", "privacy", "sub-contoh")
PASSWORD = "uji-uji-uji"
# A topic that a user may not even describe does not exist for them.
REFUSED = "Authorization|There is no topic"
SECURED = f"""
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
username="admin" password="{PASSWORD}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
"""


class SecuredKafka(Kafka):
    """The embedded broker with an authorizer, where the one of `dengar up` has none. ANONYMOUS is the controller's own connection."""

    def configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = Template((INFRA / "kafka" / "server.properties.tmpl").read_text(encoding="utf-8")).substitute(
            port=self.instance.claim_port("kafka"),
            controller_port=self.instance.claim_port("kafka-controller"),
            data=self.folder / "data",
        )
        for old, new in (
            ("listeners=PLAINTEXT:", "listeners=SASL_PLAINTEXT:"),
            ("PLAINTEXT:PLAINTEXT", "SASL_PLAINTEXT:SASL_PLAINTEXT"),
            ("listener.name=PLAINTEXT", "listener.name=SASL_PLAINTEXT"),
        ):
            text = text.replace(old, new)
        text = text.replace("CONTROLLER:SASL_PLAINTEXT:SASL_PLAINTEXT", "CONTROLLER:PLAINTEXT")
        properties = self.folder / "server.properties"
        properties.write_text(text + SECURED, encoding="utf-8")
        cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=").replace("-", "a")
        command = [*self._java(64), "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties)]
        for user in USERS:
            command += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={PASSWORD}]"]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done.stderr + done.stdout

    def answers(self) -> bool:
        if not ports.accepts(self.instance.port("kafka")):
            return False
        log = KafkaLog(self.as_user("admin"))
        try:
            return bool(log._admin().describe_cluster()["brokers"])
        except LogError:
            return False
        finally:
            log.close()

    def as_user(self, name: str) -> Settings:
        return Settings(
            kafka_bootstrap=self.address,
            kafka_security_protocol="SASL_PLAINTEXT",
            kafka_username=name,
            kafka_password=PASSWORD,
        )


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    broker = SecuredKafka(Instance(tmp_path_factory.mktemp("secured") / "state"), SMALL)
    broker.prepare(Silent())
    try:
        broker.start({})
        broker.wait()
        apply_topics(broker.as_user("admin"), topics())
        yield broker
    finally:
        stop(list(broker.living().values()), 20.0)


@pytest.fixture(scope="module")
def rights(tmp_path_factory):
    """The file, with a subscriber to `mentions` as docs/subscriber.md names them."""
    body = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    body["principals"]["sub-contoh"] = {"role": "subscriber", "organisation": "contoh", "topics": ["mentions"]}
    path = tmp_path_factory.mktemp("rights") / "acls.yaml"
    path.write_text(yaml.safe_dump(body), encoding="utf-8")
    return path


@pytest.fixture
def log(kafka):
    opened = []

    def of(user):
        opened.append(KafkaLog(kafka.as_user(user)))
        return opened[-1]

    yield of
    for one in opened:
        one.close()


def written(log, topic, value=b"{}"):
    log.append(topic, "kunci", value, [])
    log.flush()


def held(log, topic):
    beginnings = log.beginnings([topic])
    spans = [OffsetRange(*partition, beginnings[partition], end) for partition, end in log.ends([topic]).items()]
    return [record.value for span in spans for record in log.read(span)]


def test_without_rights_nothing_is_allowed_and_with_the_file_what_it_says(kafka, rights, log):
    with pytest.raises(LogError, match=REFUSED):
        written(log("listener-youtube"), "raw.youtube")
    changes = apply_acls(kafka.as_user("admin"), grants(rights))
    assert len(changes) == len(grants(rights))
    assert apply_acls(kafka.as_user("admin"), grants(rights)) == []

    written(log("listener-youtube"), "raw.youtube", b'{"from": "listener"}')
    with pytest.raises(LogError, match=REFUSED):
        held(log("listener-youtube"), "raw.youtube")
    with pytest.raises(LogError, match=REFUSED):
        written(log("listener-youtube"), "mentions")
    with pytest.raises(LogError, match=REFUSED):
        held(log("listener-youtube"), "mentions")

    assert held(log("pipeline"), "raw.youtube") == [b'{"from": "listener"}']
    mention = {"id": "yt:comment:a", "version": 1, "deleted": True, "erasure_id": "uji-1"}
    written(log("pipeline"), "mentions", orjson.dumps(mention))
    with pytest.raises(LogError, match=REFUSED):
        written(log("pipeline"), "raw.youtube")


def test_a_subscriber_reads_its_topic_and_acknowledges_and_nothing_else(kafka, rights, log, tmp_path):
    apply_acls(kafka.as_user("admin"), grants(rights))
    environment = {
        **os.environ,
        "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "KAFKA_USERNAME": "sub-contoh",
        "KAFKA_PASSWORD": PASSWORD,
    }
    program = [sys.executable, str(PROJECT / "docs/examples/subscriber.py"), "--bootstrap", kafka.address, "--once"]
    command = [*program, "--store", str(tmp_path / "held.db"), "--group"]
    done = subprocess.run(
        [*command, "sub.contoh.dasbor"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert [orjson.loads(value)["subscriber"] for value in held(log("admin"), "erasure-acks")] == ["sub.contoh.dasbor"]
    other = subprocess.run(
        [*command, "sub.lain.dasbor"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert other.returncode != 0
    assert "GroupAuthorizationFailed" in other.stderr

    for topic in ("raw.youtube", "raw.messages", "erasures", "quarantine", "listener-state", "metrics", "desk-actions"):
        with pytest.raises(LogError, match=REFUSED):
            held(log("sub-contoh"), topic)
    for topic in ("mentions", "labels", "erasures"):
        with pytest.raises(LogError, match=REFUSED):
            written(log("sub-contoh"), topic)


def test_the_privacy_desk_sees_clocks_and_groups_as_an_erasure_needs_them(kafka, rights, log):
    apply_acls(kafka.as_user("admin"), grants(rights))
    log("admin").commit("sub.contoh.lain", {Partition("mentions", 0): 0})
    privacy = log("privacy")
    assert privacy.committed("enrich-mentions", ["raw.youtube"]) == {}
    assert "sub.contoh.lain" in {row["group_id"] for row in privacy._admin().list_groups()}
    assert set(longest_kept(kafka.as_user("privacy"), list(topics()))) == set(topics())
    with pytest.raises(LogError, match="Authorization"):
        longest_kept(kafka.as_user("sub-contoh"), ["mentions"])


def test_what_is_taken_out_of_the_file_is_taken_away(kafka, rights, log):
    admin = kafka.as_user("admin")
    apply_acls(admin, grants(rights))
    smaller = {grant for grant in grants(rights) if grant[:1] + grant[3:] != ("User:listener-youtube", "raw.messages")}
    assert apply_acls(admin, smaller, dry_run=True) == [
        "no longer allow User:listener-youtube to write topic raw.messages"
    ]
    written(log("listener-youtube"), "raw.messages")
    apply_acls(admin, smaller)
    with pytest.raises(LogError, match=REFUSED):
        written(log("listener-youtube"), "raw.messages")
