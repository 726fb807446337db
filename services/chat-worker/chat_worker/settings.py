"""Everything this process reads from the environment. Missing or wrong: it does not start."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field, IPvAnyAddress, MongoDsn
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`mongodb_url` names the database in its path. `chat_epoch` rises by one whenever the topic is rebuilt.

    `metrics_host`: where health and numbers are told; 0.0.0.0 in a container, which is reached from others.
    """

    model_config = SettingsConfigDict(env_prefix="CHAT_WORKER_", frozen=True)

    kafka_brokers: Annotated[str, Field(min_length=1)]
    mongodb_url: MongoDsn
    chat_epoch: Annotated[int, Field(ge=1)]
    metrics_host: IPvAnyAddress = IPv4Address("127.0.0.1")
    metrics_port: Annotated[int, Field(ge=1, le=65535)]
    log_format: Literal["json", "console"] = "json"
