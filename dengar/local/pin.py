"""Write jars.toml anew: resolve the roots below with jgo and pin every jar by checksum. `python -m dengar.local.pin`"""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from dengar.local.jars import PINS

ROOTS: dict[str, list[str]] = {
    # The binding lets Kafka log through the log4j it ships with.
    "kafka": ["org.apache.kafka:kafka_2.13:4.3.1", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"],
    "elasticsearch": ["org.elasticsearch:elasticsearch:9.5.3"],
    "transport-netty4": ["org.elasticsearch.plugin:transport-netty4:9.5.3"],
    "ecj": ["org.eclipse.jdt:ecj:3.46.0"],
}
HEADER = "# Written by `python -m dengar.local.pin`: each jar as SHA-256, bytes, group:artifact:version.\n"


def resolve(roots: list[str], repository: Path) -> list[Any]:
    """All jgo artifacts that the roots need to run."""
    from jgo.maven import MavenContext, PythonResolver

    resolver = PythonResolver()
    context = MavenContext(resolver=resolver, repo_cache=repository, timeout=60)
    dependencies = [context.create_dependency(root) for root in roots]
    for extra in dependencies[1:]:
        extra.raw = True  # else jgo lets the extra's parent manage the versions of the first root's dependencies
    inputs, transitive = resolver.resolve(dependencies)
    return [dependency.artifact for dependency in [*inputs, *transitive]]


def pin() -> str:
    """The text of jars.toml."""
    text = HEADER
    with tempfile.TemporaryDirectory() as repository:
        for name, roots in ROOTS.items():
            lines = []
            for artifact in resolve(roots, Path(repository)):
                data = artifact.resolve().read_bytes()
                coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
                lines.append(f'  "{hashlib.sha256(data).hexdigest()} {len(data)} {coordinate}",')
            quoted = ", ".join(f'"{root}"' for root in roots)
            text += (
                f"\n[{name}]\nroots = [{quoted}]\njars = [\n"
                + "\n".join(sorted(lines, key=lambda x: x.split()[2]))
                + "\n]\n"
            )
    return text


if __name__ == "__main__":
    PINS.write_text(pin(), encoding="utf-8")
