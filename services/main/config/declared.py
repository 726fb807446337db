"""Everything this process is told. Missing or wrong: it does not start."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, Field, IPvAnyAddress, SecretStr, model_validator

from config.payment_settings import PaymentSettings
from config.photo_settings import PhotoSettings
from config.sign_in_providers import SignInProviders
from salon_kit.kafka.address import KafkaBrokers
from salon_kit.key_rings import SecretTexts
from salon_kit.networks import Balancers
from salon_kit.redis.address import RedisAddress
from salon_kit.settings.base import of_service
from salon_kit.settings.sources import MAY_BE_EMPTY
from serving.mysql.address import MySQLUrl

# A secondary that is cut off misses the others after five seconds and may be read from, when there is no other, for ten
# more (unreachable_majority_timeout); its connections ask it every second, and a write takes its time between being
# counted and being committed.
UNNOTICED_SECONDS = 17.0


class Settings(PaymentSettings, PhotoSettings, SignInProviders):
    """An address in here has its password in it."""

    model_config = of_service("MAIN_")

    database_url: MySQLUrl
    """mysql://user@host:port/database; several hosts are the members of one group."""
    database_password: Annotated[SecretStr, MAY_BE_EMPTY]
    """Of the user that the address names."""
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
    mongodb_url: Annotated[str, Field(pattern=r"^mongodb(\+srv)?://", repr=False)]
    """Read for chat history only."""
    mongodb_password: SecretStr | None = None
    """Of the user that the address names."""
    secret_key: SecretTexts
    """Django's. The first line signs, each line verifies: one key, or two while they are exchanged."""
    token_private_key: SecretStr
    """PEM, RSA, one or several: the first signs access tokens."""
    token_public_key: Annotated[str, Field(repr=False)]
    """PEM, one or several: an access token that any of them verifies is ours."""
    public_url: AnyHttpUrl
    """Where people reach the system: which Origin and Host are accepted, and whether cookies are Secure."""
    balancers: Annotated[Balancers, Field(validation_alias="SALON_BALANCERS")] = ""
    """Networks of balancers in front of nginx, or `none`."""
    allowed_hosts: str = ""
    """Host names besides the public one, with commas between them."""
    chat_epoch: Annotated[int, Field(ge=1)]
    """Rises by one whenever the chat topic is rebuilt; the chat-worker has the same."""
    session_max_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Whoever has been signed in for so long signs in again, however busy they were."""
    operators_need_second_factor: bool = False
    """Operators without one do not come in; `manage.py second_factor enrol` gives them one."""
    log_format: Literal["json", "console"] = "json"
    """console for people."""
    debug: bool = False
    """Never on where others can reach it."""
    metrics_host: IPvAnyAddress = IPv4Address("127.0.0.1")
    """Where the workers tell of their health and numbers; 0.0.0.0 in a container, which is reached from others."""
    static_root: Path | None = None
    """Where collectstatic puts files. Without it they are served from the packages they come in."""
    mail_url: Annotated[str, Field(pattern=r"^(smtps?://.+)?$")] | None = None
    """smtp://user@host:587 (STARTTLS where there is a user) or smtps://user@host:465. Without it they
    go into `mail_folder`, or are printed on one's own machine, or go nowhere elsewhere."""
    mail_folder: Path | None = None
    """For `make mails`. Not a kind of `mail_url`: a release that is rolled back to would not know it, and not start."""
    mail_password: SecretStr | None = None
    """Of the user that the address names."""
    mail_from: str = "댕댕살롱 <no-reply@daengdaeng.salon>"
    """Who writes the mails."""
    writes_per_account_per_minute: Annotated[int, Field(ge=1, le=60_000)] = 120
    """Over all endpoints of main, for long; so many at once is the next one. Faster: 429."""
    writes_per_account_at_once: Annotated[int, Field(ge=1, le=60_000)] = 60
    hold_minutes: Annotated[int, Field(ge=11, le=60)] = 15
    """A slot is kept for so long for who pays: longer than a payment can live, which is ten minutes."""
    offer_minutes: Annotated[int, Field(ge=5, le=720)] = 30
    """A freed slot is kept for so long for who waited for it, before it passes on to the next."""
    reads_max_lag_seconds: Annotated[float, Field(gt=0, le=60)] = 3
    """A secondary that is further behind is not read from."""
    reads_stick_seconds: Annotated[int, Field(ge=10, le=600)] = 20
    """For so long after a write of theirs an account reads from the primary only."""
    test_database: str = "test_salon"
    """What tests make and drop."""

    @model_validator(mode="after")
    def _reads_stick_for_longer_than_a_secondary_may_lag(self) -> Self:
        if self.reads_stick_seconds < self.reads_max_lag_seconds + UNNOTICED_SECONDS:
            raise ValueError(f"reads_stick_seconds must be at least reads_max_lag_seconds + {UNNOTICED_SECONDS:g}")
        return self

    @property
    def public_origin(self) -> str:
        """The public URL as a browser writes it in Origin: scheme, host, and the port if it is not the usual one."""
        default_port = {"http": 80, "https": 443}[self.public_url.scheme]
        port = "" if self.public_url.port == default_port else f":{self.public_url.port}"
        return f"{self.public_url.scheme}://{self.public_url.host}{port}"

    @property
    def photos_are_under(self) -> str:
        return self.photo_cdn_url or f"{self.public_origin}/photos"

    @property
    def photos_are_posted_to(self) -> str:
        return self.photo_upload_url or f"{self.public_origin}/uploads"

    @property
    def is_public_over_https(self) -> bool:
        return self.public_url.scheme == "https"

    @property
    def is_on_this_machine(self) -> bool:
        return self.public_url.host in {"localhost", "127.0.0.1", "[::1]"}
