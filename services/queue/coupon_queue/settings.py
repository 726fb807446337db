"""Everything this process is told."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from salon_kit.kafka.address import KafkaBrokers
from salon_kit.key_rings import SecretTexts
from salon_kit.networks import Balancers
from salon_kit.redis.address import RedisAddress
from salon_kit.settings.base import ServiceSettings, of_service

Seconds = Annotated[float, Field(gt=0)]


class Settings(ServiceSettings):
    """Built once in `__main__` and passed in."""

    model_config = of_service("QUEUE_")

    # In memory an address has its password in it; in the environment it has none.
    redis_url: Annotated[RedisAddress, Field(repr=False)]
    """One Redis, or the Sentinels that know which of several is the primary."""
    redis_password: SecretStr | None = None
    """Of the user that the address names, or of Redis's own."""
    redis_sentinel_password: SecretStr | None = None
    """Where Sentinels want one."""
    kafka_brokers: Annotated[KafkaBrokers, Field(repr=False)]
    """host:port with commas; sasl_ssl://user@… where they want a password."""
    kafka_password: SecretStr | None = None
    """Of the user that the address names."""
    kafka_rack: str | None = None
    """The place in which this stands: it reads Kafka's copy there."""
    token_public_key: Annotated[str, Field(repr=False)]
    """PEM, one or several: an access token that any of them verifies is main's."""
    ticket_key: SecretTexts
    """The first line signs tickets, each line verifies them: one key, or two while they are exchanged."""
    public_url: str
    """Where people reach the system: the Origin that is accepted."""
    balancers: Annotated[Balancers, Field(validation_alias="SALON_BALANCERS")] = ""
    """Networks of balancers in front of nginx, or `none`."""
    host: str
    """The address to listen at; 0.0.0.0 in a container."""
    port: Annotated[int, Field(ge=0, le=65535)]
    """The port to listen at."""
    instance: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    """A name that no other instance has."""
    log_format: Literal["json", "console"] = "json"
    """console for people."""

    tick_seconds: Seconds = 1.0
    """How often everybody in line is told where it stands."""
    admit_poll_seconds: Seconds = 0.1
    """How often a line is looked at for people to admit when nothing else says so."""
    admit_batch_size: Annotated[int, Field(ge=1, le=500)] = 500
    """People admitted in one step of Redis."""

    window_first: Annotated[int, Field(ge=1)] = 500  # what main issues in one transaction
    """Claims in flight at the beginning: taken from the stock and not answered by main yet."""
    window_max: Annotated[int, Field(ge=1)] = 2_000
    """Claims in flight at most."""
    answer_target_seconds: Seconds = 1.0
    """The window shrinks when main's answers take longer."""
    answer_stalled_seconds: Seconds = 5.0
    """Nobody is admitted while an answer has been missing for so long."""

    grace_seconds: Annotated[float, Field(ge=0)] = 60.0
    """A place is kept for so long without a stream."""
    lease_seconds: Seconds = 2.4
    """Another instance may lead when the leader has not renewed its lease for so long."""
    instance_silent_seconds: Seconds = 5.0
    """An instance without a heartbeat for so long is taken for dead."""

    redis_timeout_seconds: Seconds = 1.5
    """An answer of Redis that takes longer is an outage."""
    redis_connections_max: Annotated[int, Field(ge=4)] = 64
    """Connections to Redis."""
    kafka_delivery_seconds: Seconds = 10.0
    """A record that Kafka has not taken for so long is sent anew."""

    keepalive_seconds: Seconds = 15.0
    """A silent stream gets a comment."""
    stream_buffer_bytes_max: Annotated[int, Field(ge=1024)] = 64 * 1024
    """A reader who is so far behind is let go."""
    connections_max: Annotated[int, Field(ge=1)] = 20_000  # that ask; streams have bounds of their own
    """Connections that ask, at one instance."""
    body_bytes_max: Annotated[int, Field(ge=64)] = 4096
    """Of a request."""
    streams_max: Annotated[int, Field(ge=1)] = 60_000
    """Streams of all lines, at one instance."""
    streams_per_account: Annotated[int, Field(ge=1)] = 10
    """Of one line, at one instance."""
    # A mobile carrier puts thousands behind one address.
    watchers_max: Annotated[int, Field(ge=1)] = 20_000
    """People who look at lines without standing in one, at one instance."""
    watchers_per_address: Annotated[int, Field(ge=1)] = 2_000
    """The same, of one address."""
    # What one instance carries, for `queue_load` (docs/capacity.md). No limit: it takes more when more come.
    capacity_streams: Annotated[int, Field(ge=1)] = 15_000
    """Streams that one instance carries."""
    capacity_joins_per_second: Annotated[int, Field(ge=1)] = 1_000
    """Joins that one instance takes."""
    capacity_memory_bytes: Annotated[int, Field(ge=1)] = 400 * 1024 * 1024
    """Memory that one instance may take."""
    joins_per_account: Annotated[int, Field(ge=1)] = 20
    """Joins of one account at once, at one instance."""
    joins_per_account_seconds: Seconds = 10.0
    """The time in which that many are allowed again."""

    @property
    def allowed_origin(self) -> str:
        """The scheme, host and port that our own pages send as `Origin`."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
