"""Apache Kafka: one broker that is its own controller (KRaft), on loopback."""

import subprocess
import uuid
from base64 import urlsafe_b64encode
from string import Template

from dengar.local import jars, java, ports
from dengar.local.errors import StackError
from dengar.local.part import Command, Part
from dengar.local.progress import Progress
from dengar.paths import INFRA


class Kafka(Part):
    name = "kafka"
    title = "Kafka"
    deadline_s = 60.0
    processes = ("kafka",)

    @property
    def needs_mb(self) -> int:
        return self.sizes.kafka_heap_mb + 200

    @property
    def version(self) -> str:
        return jars.jar_set("kafka").version

    @property
    def address(self) -> str:
        return f"{ports.HOST}:{self.instance.port('kafka')}"

    def prepare(self, progress: Progress) -> None:
        jars.fetch(jars.jar_set("kafka"), self.name, progress)

    def configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        data = self.folder / "data"
        template = Template((INFRA / "kafka" / "server.properties.tmpl").read_text(encoding="utf-8"))
        text = template.substitute(
            port=self.instance.claim_port("kafka"),
            controller_port=self.instance.claim_port("kafka-controller"),
            data=data,
        )
        properties = self.folder / "server.properties"
        properties.write_text(text, encoding="utf-8")
        if not (data / "meta.properties").exists():
            self._format()

    def _format(self) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "a")
        command = [
            *self._java(64),
            "kafka.tools.StorageTool",
            "format",
            "-t",
            cluster,
            "-c",
            str(self.folder / "server.properties"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            why = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or ["it said nothing"]
            raise StackError(f"Kafka's folder {self.folder / 'data'} could not be formatted: {why[0]}")

    def _java(self, heap_mb: int) -> list[str]:
        return [
            str(java.java()),
            f"-Xmx{heap_mb}m",
            "-XX:+UseG1GC",
            "-Djava.awt.headless=true",
            "-Dlog4j2.disable.jmx=true",
            f"-Dlog4j2.configurationFile={INFRA / 'kafka' / 'log4j2.properties'}",
            *("-cp", java.class_path(jars.jar_set("kafka").paths())),
        ]

    def commands(self) -> list[Command]:
        arguments = [*self._java(self.sizes.kafka_heap_mb), "kafka.Kafka", str(self.folder / "server.properties")]
        return [Command("kafka", arguments, {})]

    def answers(self) -> bool:
        if not ports.accepts(self.instance.port("kafka")):
            return False
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        try:
            admin = KafkaAdminClient(bootstrap_servers=self.address, client_id="dengar-local", request_timeout_ms=5_000)
        except KafkaError:
            return False
        try:
            return bool(admin.describe_cluster()["brokers"])
        except KafkaError:
            return False
        finally:
            admin.close()
