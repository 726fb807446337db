"""Everything this process reads from the environment. Missing or wrong: it does not start."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Any, Literal

from pydantic import Field, FilePath, IPvAnyAddress, MongoDsn, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from salon_kit.addresses import with_passwords
from salon_kit.kafka.address import KafkaBrokers


class Settings(BaseSettings):
    """`mongodb_url` names the database in its path. `chat_epoch` rises by one whenever the topic is rebuilt.

    `metrics_host`: where health and numbers are told; 0.0.0.0 in a container, which is reached from others.
    """

    model_config = SettingsConfigDict(env_prefix="CHAT_WORKER_", frozen=True, hide_input_in_errors=True)

    kafka_brokers: Annotated[KafkaBrokers, Field(repr=False)]
    kafka_password_file: FilePath | None = None
    kafka_rack: str | None = None
    mongodb_url: Annotated[MongoDsn, Field(repr=False)]
    mongodb_password_file: FilePath | None = None
    chat_epoch: Annotated[int, Field(ge=1)]
    metrics_host: IPvAnyAddress = IPv4Address("127.0.0.1")
    metrics_port: Annotated[int, Field(ge=1, le=65535)]
    log_format: Literal["json", "console"] = "json"

    @model_validator(mode="before")
    @classmethod
    def _with_passwords(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_passwords(values)
