"""Elasticsearch: the real server on the class path of our launcher, with netty and our analysis module as its modules."""

import hashlib
import shutil
import zipfile
from pathlib import Path
from string import Template

from dengar.local import jars, java, ports, probe
from dengar.local.cache import cache_dir, cached
from dengar.local.part import Command, Part
from dengar.local.progress import Progress
from dengar.paths import INFRA

SOURCES = INFRA / "elasticsearch" / "java"
NETTY_DESCRIPTOR = "META-INF/es-plugins/transport-netty4/plugin-descriptor.properties"
DESCRIPTOR = """\
name=dengar-analysis
description=Analysis components under Elasticsearch's own names
version=1
elasticsearch.version={version}
java.version=21
classname=dengar.AnalysisModule
"""


class Elasticsearch(Part):
    name = "elasticsearch"
    title = "Elasticsearch"
    deadline_s = 120.0
    processes = ("elasticsearch",)

    @property
    def needs_mb(self) -> int:
        return self.sizes.elasticsearch_heap_mb + 300

    @property
    def version(self) -> str:
        return jars.jar_set("elasticsearch").version

    @property
    def address(self) -> str:
        return f"http://{ports.HOST}:{self.instance.port('elasticsearch')}"

    @property
    def cluster(self) -> str:
        return f"dengar-{self.instance.id[:8]}"

    def prepare(self, progress: Progress) -> None:
        for name in ("elasticsearch", "transport-netty4", "ecj"):
            jars.fetch(jars.jar_set(name), self.name, progress)
        progress.note(self.name, "preparing the launcher and the analysis module")
        own_jar("launcher")
        home()

    def configure(self) -> None:
        config = self.folder / "config"
        for folder in (config, self.folder / "data", self.folder / "snapshots"):
            folder.mkdir(parents=True, exist_ok=True)
        template = Template((INFRA / "elasticsearch" / "elasticsearch.yml.tmpl").read_text(encoding="utf-8"))
        text = template.substitute(
            cluster=self.cluster,
            port=self.instance.claim_port("elasticsearch"),
            transport_port=self.instance.claim_port("elasticsearch-transport"),
            home=home(),
            data=self.folder / "data",
            logs=self.folder / "logs",
            snapshots=self.folder / "snapshots",
        )
        (config / "elasticsearch.yml").write_text(text, encoding="utf-8")
        shutil.copyfile(INFRA / "elasticsearch" / "log4j2.properties", config / "log4j2.properties")

    def commands(self) -> list[Command]:
        library = [*jars.jar_set("elasticsearch").paths(), own_jar("launcher")]
        arguments = [
            str(java.java()),
            f"-Xmx{self.sizes.elasticsearch_heap_mb}m",
            "-XX:+UseG1GC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dlog4j2.disable.jmx=true",
            "-Dlog4j.shutdownHookEnabled=false",
            "-Dio.netty.noUnsafe=true",
            "-Dio.netty.noKeySetOptimization=true",
            "--enable-native-access=ALL-UNNAMED",
            *("-cp", java.class_path(library)),
            *("dengar.Launcher", str(self.folder / "config")),
        ]
        return [Command("elasticsearch", arguments, {})]

    def answers(self) -> bool:
        health = probe.get_json(self.instance.port("elasticsearch"), "/_cluster/health")
        return health is not None and health["cluster_name"] == self.cluster and health["status"] in ("green", "yellow")


def own_jar(name: str) -> Path:
    """The jar of our `launcher` or `analysis` sources. Two jars: the server refuses a class that is on its class path and in a module."""
    library = jars.jar_set("elasticsearch").paths()
    return java.compile_jar(SOURCES / name, library, jars.jar_set("ecj").paths(), f"dengar-{name}.jar")


def home() -> Path:
    """The folder the server takes for its installation: only `modules`, with netty and our analysis module; made once, in the cache."""
    netty = jars.jar_set("transport-netty4")
    own = own_jar("analysis")
    library = {path.name for path in jars.jar_set("elasticsearch").paths()}
    digest = hashlib.sha256(f"{netty.folder.name} {own.parent.name} {DESCRIPTOR}".encode()).hexdigest()

    def build(draft: Path) -> None:
        modules = draft / "modules"
        transport = modules / netty.name
        transport.mkdir(parents=True)
        for path in netty.paths():
            if path.name not in library:  # the server refuses a jar that it already has on its class path
                shutil.copyfile(path, transport / path.name)
        with zipfile.ZipFile(netty.folder / f"{netty.name}-{netty.version}.jar") as jar:
            lines = jar.read(NETTY_DESCRIPTOR).decode("utf-8").splitlines()
        # As a Java module it would need the server's own module layer, which a server on the class path has not.
        kept = [line for line in lines if not line.startswith("modulename=")]
        (transport / "plugin-descriptor.properties").write_text("\n".join(kept) + "\n", encoding="utf-8")

        analysis = modules / "dengar-analysis"
        analysis.mkdir()
        shutil.copyfile(own, analysis / own.name)
        (analysis / "plugin-descriptor.properties").write_text(
            DESCRIPTOR.format(version=netty.version), encoding="utf-8"
        )
        (draft / "plugins").mkdir()

    return cached(cache_dir() / "elasticsearch-home" / digest[:16], build)
