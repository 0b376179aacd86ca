"""docker-compose.yml and .env.example, which cannot be started here: held against the compose specification and the code."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from dengar.cli import build
from dengar.paths import PROJECT
from dengar.settings import variables

COMPOSE_FILE = PROJECT / "docker-compose.yml"
COMPOSE_TEXT = COMPOSE_FILE.read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")

# No container has an embedded stack, so nothing in it has a state folder or a cache of jars.
EMBEDDED_ONLY = {"DENGAR_STATE", "DENGAR_CACHE"}
# The mark of an embedded instance's processes: set and looked for in dengar/local alone, never configured.
MARK = {"DENGAR_INSTANCE"}
ONE_SHOT = {"elasticsearch-certs", "elasticsearch-users", "kibana-objects", "topics", "airflow-init"}
LISTENERS = {"receiver", "listener-youtube", "listener-instagram"}
SECRET = re.compile(r"(PASSWORD|TOKEN|SECRET|KEY|CONN)$")
# Docker's own, not interpolated in the file.
READ_BY_COMPOSE = {"COMPOSE_PROFILES"}

OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("dengar:")}
LONG_RUNNING = {name: service for name, service in SERVICES.items() if name not in ONE_SHOT}


def environment(service: str) -> dict[str, Any]:
    return SERVICES[service].get("environment", {})


def example_values() -> dict[str, str]:
    lines = (line for line in EXAMPLE.splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def test_the_file_follows_the_compose_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE_FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_specification_refuses_a_misspelt_key(tmp_path):
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE_TEXT.replace("healthcheck:", "health_check:", 1), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(broken)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("variable", sorted(set(variables()) - EMBEDDED_ONLY))
def test_every_variable_is_set_and_documented(variable):
    assert any(variable in environment(service) for service in OURS), f"{variable} reaches no service"
    assert re.search(rf"^(# )?{variable}\b", EXAMPLE, re.MULTILINE), f"{variable} is not in .env.example"


@pytest.mark.parametrize("text", [COMPOSE_TEXT, EXAMPLE], ids=["docker-compose.yml", ".env.example"])
def test_no_variable_is_unknown(text):
    assert set(re.findall(r"\bDENGAR_[A-Z_]+\b", text)) <= set(variables()) - EMBEDDED_ONLY


def test_the_defaults_are_those_of_the_code():
    ours = {
        "DENGAR_KAFKA_BOOTSTRAP", "DENGAR_ELASTICSEARCH_URL", "DENGAR_ELASTICSEARCH_USERNAME", "DENGAR_ELASTICSEARCH_CA",
        "DENGAR_AIRFLOW_URL", "DENGAR_AIRFLOW_USERNAME", "DENGAR_STAGE", "DENGAR_REGISTERS",
    }  # fmt: skip
    for name, default in re.findall(r"\$\{(DENGAR_[A-Z_]+):-([^}]*)\}", COMPOSE_TEXT):
        if name not in ours:
            assert default == variables()[name]["default"], name


def test_every_interpolated_variable_is_in_the_example_and_the_other_way_round():
    interpolated = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE_TEXT))
    assert set(example_values()) - READ_BY_COMPOSE == interpolated


def test_no_value_of_the_example_is_given():
    assert [name for name, value in example_values().items() if value] == []


def test_every_secret_comes_from_the_env_file():
    for service, definition in SERVICES.items():
        for name, value in definition.get("environment", {}).items():
            if SECRET.search(name):
                # Never a default: `${NAME:?…}` where the stack cannot start without it, `${NAME:-}` where it can.
                secrets = re.findall(r"\$\{[A-Z_]+:(-|\?[^}]+)\}", str(value))
                assert len(secrets) == 1, f"{service}: {name}"
                assert name.endswith("CONN") or str(value).startswith("${"), f"{service}: {name}"


def test_listeners_get_no_key_of_the_pipeline_and_the_pipeline_none_of_a_platform():
    platform = {name for name in variables() if re.match(r"DENGAR_(YOUTUBE|INSTAGRAM|WEBSUB)_", name)}
    pipeline = {name for name in variables() if re.match(r"DENGAR_(ELASTICSEARCH|AIRFLOW|PSEUDONYM)_", name)}
    for service in OURS:
        assert not set(environment(service)) & (pipeline if service in LISTENERS else platform), service
    assert not {name for name in environment("listener-youtube") if "INSTAGRAM" in name}
    assert not {name for name in environment("listener-instagram") if "YOUTUBE" in name}


@pytest.mark.parametrize("service", SERVICES)
def test_every_image_has_a_pinned_tag(service):
    assert re.fullmatch(r"[a-z]+(/[a-z]+)?:\d+\.\d+(\.\d+)?", SERVICES[service]["image"])


def test_the_base_image_is_pinned_and_the_image_carries_our_version():
    from dengar import __version__

    dockerfile = (PROJECT / "infra/docker/Dockerfile").read_text(encoding="utf-8")
    assert all(re.search(r":\d+\.\d+\.\d+-", line) for line in re.findall(r"^FROM .*$", dockerfile, re.MULTILINE))
    assert {service["image"] for service in OURS.values()} == {f"dengar:{__version__}"}


def test_what_the_image_copies_is_there_and_not_ignored():
    dockerfile = (PROJECT / "infra/docker/Dockerfile").read_text(encoding="utf-8")
    ignore = (PROJECT / "infra/docker/Dockerfile.dockerignore").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (PROJECT / source).exists(), source
            assert f"!{source.split('/')[0]}" in ignore.splitlines(), source


@pytest.mark.parametrize("service", LONG_RUNNING)
def test_every_long_running_service_is_checked_limited_and_started_again(service):
    definition = SERVICES[service]
    assert definition["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert definition["restart"] == "unless-stopped"
    assert definition["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("service", sorted(ONE_SHOT))
def test_a_one_shot_runs_once(service):
    assert SERVICES[service]["restart"] == "no"
    assert "healthcheck" not in SERVICES[service]


def test_dependencies_wait_for_what_they_need():
    for name, definition in SERVICES.items():
        for needed, how in definition.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert how["condition"] == expected, f"{name} → {needed}"
            assert not SERVICES[needed].get("profiles"), f"{name} needs {needed}, which a profile may leave out"


def test_ports_are_published_on_loopback_only():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_mounts_name_volumes_and_files_that_exist():
    for name, definition in SERVICES.items():
        for mount in definition.get("volumes", []):
            source, target = mount.split(":")[:2]
            assert (PROJECT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"], mount
            for word in [*definition.get("entrypoint", []), *definition.get("command", [])]:
                if word.startswith(target + "/") and source.startswith("./"):
                    assert (PROJECT / source / word.removeprefix(target + "/")).is_file(), f"{name}: {word}"


def _words(definition: dict[str, Any]) -> list[str]:
    command = [str(word) for word in definition.get("command", [])]
    return shlex.split(command[-1].split("&&")[0]) if command[:2] == ["sh", "-c"] else command


@pytest.mark.parametrize("service", [name for name, service in OURS.items() if _words(service)[:1] == ["dengar"]])
def test_the_verbs_that_services_run_exist(service):
    command: click.Command = typer.main.get_command(build())
    for word in _words(SERVICES[service])[1:]:
        # An argument rather than a verb where the command has no verbs below it.
        children = getattr(command, "commands", None)
        if children is None:
            break
        assert word in children, f"dengar has no verb {word!r} ({service})"
        command = children[word]


def sources() -> list[Path]:
    return [
        path
        for folder in ("dengar", "listeners", "sandbox", "dags", "infra", "bench")
        for path in (PROJECT / folder).rglob("*.py")
    ]


def test_only_the_settings_read_our_variables():
    direct = re.compile(r"(environ(\.get|\.pop|\.setdefault)?\s*[\[(]|getenv\s*\()\s*f?[\"']DENGAR_")
    readers = {str(path.relative_to(PROJECT)) for path in sources() if direct.search(path.read_text(encoding="utf-8"))}
    # Where the data lies that models are trained on is no setting of a deployment.
    assert readers <= {"dengar/paths.py"}


def test_every_variable_named_in_the_code_is_one_of_the_settings():
    for path in sources():
        named = set(re.findall(r"[\"'](DENGAR_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
        files = {f"{name}_FILE" for name, told in variables().items() if told["secret"]}
        training = {"DENGAR_SHARED"} if path == PROJECT / "dengar/paths.py" else set()
        allowed = (
            set(variables()) | files | training | (MARK if path.is_relative_to(PROJECT / "dengar/local") else set())
        )
        assert named <= allowed, path


def test_a_reader_would_be_found():
    direct = re.compile(r"(environ(\.get|\.pop|\.setdefault)?\s*[\[(]|getenv\s*\()\s*f?[\"']DENGAR_")
    assert direct.search('os.environ["DENGAR_STAGE"]')
    assert direct.search("os.environ.get('DENGAR_STAGE', '')")
    assert direct.search('os.getenv("DENGAR_STAGE")')
