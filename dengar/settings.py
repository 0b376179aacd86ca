"""Every environment variable that dengar reads, in one place.

A test holds docker-compose.yml and .env.example against this list, so a variable read elsewhere is a defect.
Secrets are `repr`-hidden: a Settings object may end in a log, its secrets may not.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path

COMMAND_SECONDS = 30


class SettingsError(ValueError):
    """A variable is missing or malformed; the message says which and what to set it to."""


def _variable(name: str, default: str = "", *, secret: bool = False, help: str) -> str:
    return field(default=default, repr=not secret, metadata={"variable": name, "secret": secret, "help": help})


@dataclass(frozen=True)
class Settings:
    """Configuration of one process. Empty string = not set."""

    kafka_bootstrap: str = _variable("DENGAR_KAFKA_BOOTSTRAP", help="Kafka brokers, host:port, comma separated")
    kafka_security_protocol: str = _variable(
        "DENGAR_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT", help="PLAINTEXT or SASL_SSL"
    )
    kafka_username: str = _variable("DENGAR_KAFKA_USERNAME", help="SASL/SCRAM user")
    kafka_password: str = _variable("DENGAR_KAFKA_PASSWORD", secret=True, help="SASL/SCRAM password")
    kafka_ca: str = _variable("DENGAR_KAFKA_CA", help="path of the CA certificate of the brokers")
    kafka_replication: str = _variable(
        "DENGAR_KAFKA_REPLICATION", "1", help="replication factor of the topics that dengar creates"
    )
    elasticsearch_url: str = _variable("DENGAR_ELASTICSEARCH_URL", help="Elasticsearch, http(s)://host:port")
    elasticsearch_username: str = _variable("DENGAR_ELASTICSEARCH_USERNAME", help="user, where security is on")
    elasticsearch_password: str = _variable("DENGAR_ELASTICSEARCH_PASSWORD", secret=True, help="its password")
    elasticsearch_ca: str = _variable("DENGAR_ELASTICSEARCH_CA", help="path of the CA certificate of Elasticsearch")
    airflow_url: str = _variable("DENGAR_AIRFLOW_URL", help="Airflow api-server, http://host:port")
    airflow_username: str = _variable(
        "DENGAR_AIRFLOW_USERNAME", help="user that leaves notes on runs, where Airflow asks for one"
    )
    airflow_password: str = _variable("DENGAR_AIRFLOW_PASSWORD", secret=True, help="its password")
    stage: str = _variable("DENGAR_STAGE", help="object storage of the stage files, file:///… or s3://…")
    registers: str = _variable(
        "DENGAR_REGISTERS", help="folder of accounts.yaml, campaigns.yaml, partners.yaml (default: infra/registers)"
    )
    pseudonym_key: str = _variable(
        "DENGAR_PSEUDONYM_KEY", secret=True, help="key of the pseudonyms, at least 16 characters"
    )
    policy_profile: str = _variable("DENGAR_POLICY_PROFILE", "strict", help="strict, audited or sandbox")
    youtube_endpoint: str = _variable(
        "DENGAR_YOUTUBE_ENDPOINT", help="YouTube API, only to point at another host (sandbox)"
    )
    youtube_api_key: str = _variable("DENGAR_YOUTUBE_API_KEY", secret=True, help="API key of the YouTube Data API")
    youtube_channels: str = _variable(
        "DENGAR_YOUTUBE_CHANNELS", help="channel ids to listen to, comma separated; default: the registers"
    )
    instagram_endpoint: str = _variable(
        "DENGAR_INSTAGRAM_ENDPOINT", help="Graph API, only to point at another host (sandbox)"
    )
    instagram_accounts: str = _variable(
        "DENGAR_INSTAGRAM_ACCOUNTS", help="own Instagram account ids, comma separated; default: the registers"
    )
    instagram_token: str = _variable("DENGAR_INSTAGRAM_TOKEN", secret=True, help="access token")
    instagram_app_id: str = _variable("DENGAR_INSTAGRAM_APP_ID", help="Meta app id")
    instagram_app_secret: str = _variable(
        "DENGAR_INSTAGRAM_APP_SECRET", secret=True, help="Meta app secret(s), comma separated while rotating"
    )
    instagram_verify_token: str = _variable(
        "DENGAR_INSTAGRAM_VERIFY_TOKEN", secret=True, help="verify token of the webhook handshake"
    )
    websub_hub: str = _variable("DENGAR_WEBSUB_HUB", "https://pubsubhubbub.appspot.com/subscribe", help="WebSub hub")
    websub_secret: str = _variable("DENGAR_WEBSUB_SECRET", secret=True, help="hub.secret, under 200 bytes")
    receiver_host: str = _variable("DENGAR_RECEIVER_HOST", "127.0.0.1", help="address the receiver binds")
    receiver_port: str = _variable("DENGAR_RECEIVER_PORT", "8088", help="port the receiver binds")
    receiver_url: str = _variable("DENGAR_RECEIVER_URL", help="public address of the receiver, for WebSub callbacks")
    web_token: str = _variable(
        "DENGAR_WEB_TOKEN",
        secret=True,
        help="token of the explorer, to correct labels and read messages; default: a new one each start",
    )
    alert_channels: str = _variable(
        "DENGAR_ALERT_CHANNELS", secret=True, help="where alerts go: name=address pairs of apprise, separated by blanks"
    )
    poll_seconds: str = _variable("DENGAR_POLL_SECONDS", "300", help="pause between two polls of a platform")
    state: str = _variable("DENGAR_STATE", help="state folder of the embedded stack (default: .dengar)")
    cache: str = _variable("DENGAR_CACHE", help="cache of jars and Java classes (default: the user's cache folder)")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read os.environ (or `environment`). Unset and empty variables take the default.

        A secret may also be named by a file, `<variable>_FILE`, as Docker, Kubernetes and the agents of secret stores mount it, or be
        what a command prints, `<variable>_CMD` (Airflow's own convention): the client of a secret store. The variable itself wins,
        then the file. Raises SettingsError where a file cannot be read or a command fails.
        """
        source = os.environ if environment is None else environment
        values = {}
        for f in fields(cls):
            variable = f.metadata["variable"]
            value = source.get(variable, "").strip()
            if not value and f.metadata["secret"]:
                value = _from_file(f"{variable}_FILE", source.get(f"{variable}_FILE", "").strip())
                value = value or _from_command(f"{variable}_CMD", source.get(f"{variable}_CMD", "").strip())
            if value:
                values[f.name] = value
        return cls(**values)

    def require(self, *names: str) -> None:
        """Raise SettingsError naming every attribute of `names` that is not set."""
        missing = [f.metadata for f in fields(self) if f.name in names and not getattr(self, f.name)]
        if missing:
            raise SettingsError("Set " + "; ".join(f"{m['variable']} ({m['help']})" for m in missing) + ".")


def file_of(name: str, environment: Mapping[str, str] | None = None) -> str:
    """The file that a secret setting is mounted at (`<variable>_FILE`), "" where it is not."""
    variable = next(f.metadata["variable"] for f in fields(Settings) if f.name == name)
    return (os.environ if environment is None else environment).get(f"{variable}_FILE", "").strip()


def _from_file(variable: str, path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{variable} names a file that cannot be read ({type(error).__name__}): check the mount."
        ) from None


@lru_cache(maxsize=64)
def _from_command(variable: str, command: str) -> str:
    """What a command prints, run once a process and without a shell. Neither it nor what it prints is told where it fails."""
    if not command:
        return ""
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL, check=True
        )  # fmt: skip
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SettingsError(
            f"{variable} is a command that fails ({type(error).__name__}): run it by hand to see why."
        ) from None
    if not (secret := done.stdout.strip()):
        raise SettingsError(f"{variable} is a command that prints nothing: run it by hand to see why.")
    return secret


def variables() -> dict[str, dict[str, object]]:
    """variable name -> {default, secret, help}, in the order above."""
    return {
        f.metadata["variable"]: {"default": f.default, "secret": f.metadata["secret"], "help": f.metadata["help"]}
        for f in fields(Settings)
    }
