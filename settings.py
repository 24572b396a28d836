"""Every setting of the product, read from the environment in one place.

Names are the fields below in capitals with the prefix ``TOUCHLINE_``; README.md lists them all.
Temporal's own settings (``TEMPORAL_ADDRESS``, ``TEMPORAL_NAMESPACE``, ``TEMPORAL_TLS``, …) are read by
Temporal's client itself (`temporalio.envconfig`).
"""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class MissingSetting(RuntimeError):
    """A setting without a safe default is not there; the message says which and how to give it."""


def _json_list(written: object) -> object:
    if not isinstance(written, str):
        return written
    try:
        read = json.loads(written)
    except ValueError:
        read = None
    if not isinstance(read, list):
        raise PydanticCustomError("json_list", 'Write a JSON list, such as ["the former key"]')
    return read


class Settings(BaseSettings):
    """The settings of one process. Durations are in seconds, sizes in bytes."""

    # an error is for logs, too, and what is wrong may be a secret
    model_config = SettingsConfigDict(
        env_prefix="TOUCHLINE_", extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(
        default=Path(".touchline"),
        description="Data folder of the local trial: database, engine, logs, key file.",
    )
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8400, ge=1, le=65535, description="Port the API listens on.")
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL 18 or newer, as postgresql://user:password@host:5432/database.",
    )
    database_pool_size: int = Field(
        default=10,
        ge=1,
        description="Connections each process keeps to PostgreSQL for its transactions; beside them a worker keeps "
        "four, and the API half as many again, for single statements.",
    )
    public_url: str | None = Field(
        default=None,
        description="The address providers call back; by default the API's own.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Encrypts provider credentials at rest; by default a key file in the home folder.",
    )
    # read by us: pydantic-settings would say of what is no JSON neither which setting it is nor how it is written
    previous_secret_keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(_json_list)] = Field(
        default=[],
        description="Former secret keys, as a JSON list, still able to decrypt until "
        "`touchline rotate-key` has run.",
    )
    session_seconds: int = Field(default=12 * 3600, ge=60, description="How long a sign-in lasts.")
    task_queue: str = Field(
        default="touchline", description="The Temporal task queue of the worker."
    )
    provider_timeout_seconds: float = Field(
        default=10.0, gt=0, description="Longest wait for one answer of a provider."
    )
    reconcile_seconds: float = Field(
        default=60.0,
        gt=0,
        description="How long after a lost answer a provider's message list is asked before the text "
        "is called uncertain.",
    )
    send_concurrency: int = Field(
        default=50, ge=1, description="Texts one worker has under way at a time."
    )
    reconcile_every_seconds: int = Field(
        default=3600,
        ge=10,
        description="How often texts are compared with the providers' own lists.",
    )
    reconcile_days: int = Field(
        default=2, ge=1, le=30, description="How far back that comparison looks."
    )
    retention_every_seconds: int = Field(
        default=86_400,
        ge=10,
        description="How often what is kept no longer is let go.",
    )
    outbox_seconds: int = Field(
        default=10,
        ge=1,
        description="How often the schedule delivers signals that could not be delivered at once.",
    )
    webhook_max_bytes: int = Field(
        default=512 * 1024,
        ge=1024,
        description="Largest body a provider's webhook may have; Infobip puts up to 100 texts into one.",
    )
    upload_max_bytes: int = Field(
        default=10 * 1024 * 1024, ge=1024, description="Largest CSV file that is imported."
    )

    @property
    def callback_url(self) -> str:
        """The base of the URLs that providers call, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def required_database_url(self) -> str:
        """Return the database's address. Raises MissingSetting."""
        if self.database_url is None:
            raise MissingSetting(
                "TOUCHLINE_DATABASE_URL is not set: give the address of a PostgreSQL 18 server, such as "
                "postgresql://touchline@localhost:5432/touchline, or use `touchline up`, which brings its own"
            )
        return self.database_url

    def plain_secret_key(self) -> str | None:
        """Return the secret key to encrypt with; None means the key file in the home folder."""
        return self.secret_key.get_secret_value() if self.secret_key else None

    def plain_previous_keys(self) -> list[str]:
        """Return the former secret keys, which still decrypt."""
        return [key.get_secret_value() for key in self.previous_secret_keys]
