"""Everything this process is told. Missing or wrong: it does not start."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field, IPvAnyAddress, MongoDsn, SecretStr

from salon_kit.kafka.address import KafkaBrokers
from salon_kit.settings.base import ServiceSettings, of_service


class Settings(ServiceSettings):
    model_config = of_service("CHAT_WORKER_")

    kafka_brokers: Annotated[KafkaBrokers, Field(repr=False)]
    """host:port with commas; sasl_ssl://user@… where they want a password."""
    kafka_password: SecretStr | None = None
    """Of the user that the address names."""
    kafka_rack: str | None = None
    """The place in which this stands: it reads Kafka's copy there."""
    mongodb_url: Annotated[MongoDsn, Field(repr=False)]
    """Names the database in its path."""
    mongodb_password: SecretStr | None = None
    """Of the user that the address names."""
    chat_epoch: Annotated[int, Field(ge=1)]
    """Rises by one whenever the topic is rebuilt; main has the same."""
    metrics_host: IPvAnyAddress = IPv4Address("127.0.0.1")
    """Where health and numbers are told; 0.0.0.0 in a container, which is reached from others."""
    metrics_port: Annotated[int, Field(ge=1, le=65535)]
    """The port of the same."""
    log_format: Literal["json", "console"] = "json"
    """console for people."""
