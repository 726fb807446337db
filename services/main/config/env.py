"""Everything this process reads from the environment. Missing or wrong: it does not start."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AnyHttpUrl, Field, FilePath, IPvAnyAddress, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from salon_kit.addresses import with_passwords
from salon_kit.kafka.address import KafkaBrokers
from salon_kit.redis.address import RedisAddress
from serving.mysql.address import MySQLUrl

# A secondary that is cut off misses the others after five seconds and may be read from, when there is no other, for ten
# more (unreachable_majority_timeout); its connections ask it every second, and a write takes its time between being
# counted and being committed.
UNNOTICED_SECONDS = 17.0


class Settings(BaseSettings):
    """Secrets come as paths of files, never as values. An address here has its password in it."""

    model_config = SettingsConfigDict(env_prefix="MAIN_", frozen=True, hide_input_in_errors=True)

    database_url: MySQLUrl
    database_password_file: FilePath
    redis_url: Annotated[RedisAddress, Field(repr=False)]
    redis_password_file: FilePath | None = None
    redis_sentinel_password_file: FilePath | None = None
    kafka_brokers: Annotated[KafkaBrokers, Field(repr=False)]
    kafka_password_file: FilePath | None = None
    kafka_rack: str | None = None
    mongodb_url: Annotated[str, Field(pattern=r"^mongodb(\+srv)?://", repr=False)]
    mongodb_password_file: FilePath | None = None
    secret_key_file: FilePath
    token_private_key_file: FilePath
    token_public_key_file: FilePath
    public_url: AnyHttpUrl
    allowed_hosts: str = ""
    """Host names besides the public one, with commas between them."""
    chat_epoch: Annotated[int, Field(ge=1)]
    session_max_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Whoever has been signed in for so long signs in again, however busy they were."""
    log_format: Literal["json", "console"] = "json"
    debug: bool = False
    metrics_host: IPvAnyAddress = IPv4Address("127.0.0.1")
    """Where the workers tell of their health and numbers; 0.0.0.0 in a container, which is reached from others."""
    static_root: Path | None = None
    """Where collectstatic puts files. Without it they are served from the packages they come in."""
    mail_url: Annotated[str, Field(pattern=r"^smtps?://")] | None = None
    """smtp://user@host:587 (STARTTLS where there is a user) or smtps://user@host:465. Without it mails are printed."""
    mail_password_file: FilePath | None = None
    mail_from: str = "댕댕살롱 <no-reply@daengdaeng.salon>"
    writes_per_account_per_minute: Annotated[int, Field(ge=1, le=60_000)] = 120
    """Over all endpoints of main, for long; so many at once is the next one. Faster: 429."""
    writes_per_account_at_once: Annotated[int, Field(ge=1, le=60_000)] = 60
    reads_max_lag_seconds: Annotated[float, Field(gt=0, le=60)] = 3
    """A secondary that is further behind is not read from."""
    reads_stick_seconds: Annotated[int, Field(ge=10, le=600)] = 20
    """For so long after a write of theirs an account reads from the primary only."""
    test_database: str = "test_salon"

    @model_validator(mode="after")
    def _reads_stick_for_longer_than_a_secondary_may_lag(self) -> Self:
        if self.reads_stick_seconds < self.reads_max_lag_seconds + UNNOTICED_SECONDS:
            raise ValueError(f"reads_stick_seconds must be at least reads_max_lag_seconds + {UNNOTICED_SECONDS:g}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _with_passwords(cls, values: dict[str, Any]) -> dict[str, Any]:
        return with_passwords(values)

    @property
    def public_origin(self) -> str:
        """The public URL as a browser writes it in Origin: scheme, host, and the port if it is not the usual one."""
        default_port = {"http": 80, "https": 443}[self.public_url.scheme]
        port = "" if self.public_url.port == default_port else f":{self.public_url.port}"
        return f"{self.public_url.scheme}://{self.public_url.host}{port}"

    @property
    def is_public_over_https(self) -> bool:
        return self.public_url.scheme == "https"

    @property
    def is_on_this_machine(self) -> bool:
        return self.public_url.host in {"localhost", "127.0.0.1", "[::1]"}


env = Settings()
