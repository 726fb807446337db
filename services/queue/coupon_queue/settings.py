"""Everything this process reads from its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from salon_kit.addresses import with_passwords
from salon_kit.kafka.address import KafkaBrokers
from salon_kit.redis.address import RedisAddress

Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """Built once in `__main__` and passed in. Missing or wrong: the process does not start."""

    model_config = SettingsConfigDict(env_prefix="QUEUE_", frozen=True, hide_input_in_errors=True)

    # In memory an address has its password in it; in the environment it stands in the file.
    redis_url: Annotated[RedisAddress, Field(repr=False)]
    redis_password_file: Path | None = None
    redis_sentinel_password_file: Path | None = None
    kafka_brokers: Annotated[KafkaBrokers, Field(repr=False)]
    kafka_password_file: Path | None = None
    kafka_rack: str | None = None
    token_public_key_file: Path
    ticket_key_file: Path
    public_url: str
    host: str
    port: Annotated[int, Field(ge=0, le=65535)]
    instance: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    log_format: Literal["json", "console"] = "json"

    tick_seconds: Seconds = 1.0
    admit_poll_seconds: Seconds = 0.1
    admit_batch_size: Annotated[int, Field(ge=1, le=500)] = 500

    # Claims in flight: taken from the stock and not answered by main yet.
    window_first: Annotated[int, Field(ge=1)] = 500  # what main issues in one transaction
    window_max: Annotated[int, Field(ge=1)] = 2_000
    answer_target_seconds: Seconds = 1.0
    answer_stalled_seconds: Seconds = 5.0

    grace_seconds: Annotated[float, Field(ge=0)] = 60.0
    lease_seconds: Seconds = 2.4
    instance_silent_seconds: Seconds = 5.0

    redis_timeout_seconds: Seconds = 1.5
    redis_connections_max: Annotated[int, Field(ge=4)] = 64
    kafka_delivery_seconds: Seconds = 10.0

    keepalive_seconds: Seconds = 15.0
    stream_buffer_bytes_max: Annotated[int, Field(ge=1024)] = 64 * 1024
    connections_max: Annotated[int, Field(ge=1)] = 20_000  # that ask; streams have bounds of their own
    body_bytes_max: Annotated[int, Field(ge=64)] = 4096
    streams_max: Annotated[int, Field(ge=1)] = 60_000  # of all lines, at one instance
    streams_per_account: Annotated[int, Field(ge=1)] = 10  # of one line, at one instance
    # Who looks at lines without standing in one. A mobile carrier puts thousands behind one address.
    watchers_max: Annotated[int, Field(ge=1)] = 20_000
    watchers_per_address: Annotated[int, Field(ge=1)] = 2_000
    # What one instance carries, for `queue_load` (docs/capacity.md). No limit: it takes more when more come.
    capacity_streams: Annotated[int, Field(ge=1)] = 15_000
    capacity_joins_per_second: Annotated[int, Field(ge=1)] = 1_000
    capacity_memory_bytes: Annotated[int, Field(ge=1)] = 400 * 1024 * 1024
    joins_per_account: Annotated[int, Field(ge=1)] = 20
    joins_per_account_seconds: Seconds = 10.0

    @model_validator(mode="before")
    @classmethod
    def _with_passwords(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_passwords(values)

    @property
    def allowed_origin(self) -> str:
        """The scheme, host and port that our own pages send as `Origin`."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
