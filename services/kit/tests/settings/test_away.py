"""Away from one's own machine nothing unsafe starts: every rule, each with a setting that breaks it and only it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, SecretStr

from salon_kit.kafka.address import KafkaBrokers
from salon_kit.networks import Balancers
from salon_kit.redis.address import RedisAddress
from salon_kit.settings.away import RULES
from salon_kit.settings.base import ServiceSettings, load, of_service
from salon_kit.settings.refusal import SettingsRefused
from salon_kit.settings.sources import CHOSEN_BY_OTHERS
from salon_kit.settings.strength import weakness_of

pytestmark = pytest.mark.unit
STRONG = "Zr4uQ7xw9LmK2pTyBv8sNd3f"


class Everything(ServiceSettings):
    """Has each setting that a rule is about."""

    model_config = of_service("ANY_")

    redis_url: RedisAddress = "rediss://:Zr4uQ7xw@redis:6379/0"
    kafka_brokers: KafkaBrokers = "sasl_ssl://salon:Zr4uQ7xw@kafka:9092"
    mongodb_url: str = "mongodb://salon:Zr4uQ7xw@mongodb/salon?tls=true"
    database_url: str = "mysql://salon@127.0.0.1:3306,localhost:3307/salon"
    mail_url: str | None = None
    public_url: str = "https://salon.example"
    allowed_hosts: str = "www.salon.example"
    balancers: Annotated[Balancers, Field(validation_alias="SALON_BALANCERS")] = "10.0.0.0/8"
    debug: bool = False
    google_issuer: str = "https://accounts.google.com"
    kakao_issuer: str = "https://kauth.kakao.com"
    naver_server: str = "https://nid.naver.com"
    naver_api: str = "https://openapi.naver.com"
    toss_api: str = "https://api.tosspayments.com"
    client_secret: Annotated[SecretStr | None, CHOSEN_BY_OTHERS] = None
    signing_key: SecretStr = SecretStr(STRONG)


# By rule, the values that break it.
BROKEN: dict[str, dict[str, str]] = {
    "debug": {"ANY_DEBUG": "1"},
    "plain-http": {"ANY_PUBLIC_URL": "http://salon.example"},
    "leads-here": {"ANY_PUBLIC_URL": "https://localhost:8000"},
    "any-host": {"ANY_ALLOWED_HOSTS": "www.salon.example,*"},
    "no-balancer": {"SALON_BALANCERS": ""},
    "redis-password": {"ANY_REDIS_URL": "rediss://redis:6379/0"},
    "kafka-password": {"ANY_KAFKA_BROKERS": "kafka:9092", "SALON_STORES_ARE_PRIVATE": "1"},
    **{
        f"{server}-tls": {f"ANY_{server.upper()}": "http://accounts.example"}
        for server in ("google_issuer", "kakao_issuer", "naver_server", "naver_api", "toss_api")
    },
    "mongodb-password": {"ANY_MONGODB_URL": "mongodb://mongodb/salon?tls=true"},
}
PLAIN = {
    "redis-tls": ("redis_url", "redis://:Zr4uQ7xw@redis:6379/0"),
    "kafka-tls": ("kafka_brokers", "sasl_plaintext://salon:Zr4uQ7xw@kafka:9092"),
    "mongodb-tls": ("mongodb_url", "mongodb://salon:Zr4uQ7xw@mongodb/salon"),
    "mysql-tls": ("database_url", "mysql://salon@127.0.0.1:3306,mysql-b:3306/salon"),
    "mail-tls": ("mail_url", "smtp://mail.salon.example:25"),
}


@pytest.fixture(autouse=True)
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALON_ENV", "SALON_BALANCERS", "SALON_STORES_ARE_PRIVATE", "SALON_PARAMETER_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANY_SECRETS_DIR", str(tmp_path))


def test_what_is_safe_starts_where_nobody_says_where_it_is() -> None:
    assert Everything().salon_env == "production"


def test_what_others_have_chosen_is_not_judged() -> None:
    assert Everything(client_secret=SecretStr("0123456789")).client_secret


def test_every_rule_is_broken_here() -> None:
    assert {rule.name for rule in RULES} == {*BROKEN, *PLAIN}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_setting_that_breaks_one_rule_is_refused_with_what_why_and_what_to_do(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in BROKEN[rule].items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsRefused) as refused:
        Everything()

    [broken] = [one for one in RULES if one.name == rule]
    [fault] = refused.value.faults
    assert broken.field in fault.what
    assert (fault.why, fault.do) == (broken.why, broken.do)


@pytest.mark.parametrize("rule", PLAIN)
def test_a_store_without_tls_is_refused_unless_its_network_is_said_to_be_private(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, address = PLAIN[rule]
    plain: dict[str, Any] = {field: address}

    with pytest.raises(SettingsRefused, match="SALON_STORES_ARE_PRIVATE"):
        Everything(**plain)

    monkeypatch.setenv("SALON_STORES_ARE_PRIVATE", "1")
    Everything(**plain)


MONGODB = "mongodb://salon:Zr4uQ7xw@mongodb-a,mongodb-b/salon"
NEARLY_PLAIN = [
    ("mongodb_url", f"{MONGODB}?tls=false"),
    ("mongodb_url", f"{MONGODB}?appName=tls=true"),
    ("mongodb_url", f"{MONGODB}?tls=true&tls=false"),
    ("mongodb_url", f"{MONGODB}?tls=true&tlsInsecure=true"),
    ("mongodb_url", f"{MONGODB}?tls=true;TLSALLOWINVALIDCERTIFICATES=TRUE"),
    ("mongodb_url", f"{MONGODB}?tls=true&tlsAllowInvalidHostnames=true"),
    ("mongodb_url", f"{MONGODB}?ssl=true&ssl_cert_reqs=CERT_NONE"),
    ("mongodb_url", "mongodb+srv://salon:Zr4uQ7xw@mongodb/salon?tls=false"),
    ("redis_url", "redis://:Zr4uQ7xw@redis:6379/0?client_name=rediss://"),
    ("redis_url", "rediss://:Zr4uQ7xw@redis:6379/0?ssl_cert_reqs=none"),
    ("redis_url", "rediss://:Zr4uQ7xw@redis:6379/0?ssl_check_hostname=false"),
    ("redis_url", "redis+sentinel://:rediss%3A%2F%2F@redis:26379/salon"),
    ("kafka_brokers", "sasl_plaintext://salon:sasl_ssl%3A%2F%2F@kafka:9092"),
    ("database_url", "mysql://salon@127.0.0.1.example:3306/salon"),
]


@pytest.mark.parametrize(("field", "address"), NEARLY_PLAIN)
def test_an_address_that_only_looks_as_if_it_had_tls_is_refused(field: str, address: str) -> None:
    given: dict[str, Any] = {field: address}

    with pytest.raises(SettingsRefused, match=f"the setting {field}"):
        Everything(**given)


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("mongodb_url", "mongodb+srv://salon:Zr4uQ7xw@mongodb/salon"),
        ("mongodb_url", f"{MONGODB}?replicaSet=salon&ssl=true&tlsCAFile=/ca.pem&tlsInsecure=false"),
        ("redis_url", "rediss://:Zr4uQ7xw@redis:6379/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required"),
        ("mail_url", "smtps://mail.salon.example:465"),
        ("mail_url", "smtp://salon@mail.salon.example:587"),
        ("mail_url", "smtp://localhost:25"),
        ("database_url", "mysql://salon@[::1]:3306/salon"),
    ],
)
def test_an_address_with_tls_or_of_this_machine_starts(field: str, address: str) -> None:
    given: dict[str, Any] = {field: address}

    Everything(**given)


@pytest.mark.parametrize(
    "balancers",
    [
        "0.0.0.0/0",
        "0.0.0.0/1,128.0.0.0/1",
        "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3",
        "8.0.0.0/6",
        "::/1,8000::/1",
        "2000::/3",
        "::ffff:0:0/96",
        "none 10.0.0.0/8 0.0.0.0/2",
    ],
)
def test_networks_that_are_everybody_together_are_no_balancers(balancers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_BALANCERS", balancers)

    with pytest.raises(SettingsRefused, match="which is everybody"):
        Everything()


@pytest.mark.parametrize(
    "balancers",
    ["none", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", "fc00::/7", "104.16.0.0/13,172.64.0.0/13,2a06:98c0::/29"],
)
def test_networks_of_ones_own_and_those_of_a_provider_are_balancers(
    balancers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALON_BALANCERS", balancers)

    Everything()


@pytest.mark.parametrize("where", ["local", "test"])
def test_on_ones_own_machine_all_of_it_starts(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_ENV", where)
    for values in BROKEN.values():
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    assert Everything().debug


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "k" * 32,
        "django-insecure-8f3kq0zx",
        "daengdaeng-demo-0123456789",
        f"{STRONG}\nshort",
        f"{STRONG}\nnext:{'k' * 32}",
        "-----BEGIN password",
    ],
)
def test_a_secret_of_an_example_is_refused_and_not_repeated(weak: str, tmp_path: Path) -> None:
    (tmp_path / "signing_key").write_text(weak)

    with pytest.raises(SettingsRefused, match="the secret signing_key") as refused:
        Everything()

    assert weak not in str(refused.value)
    assert weakness_of(STRONG) == ""


def test_a_process_ends_with_everything_that_is_wrong_on_its_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANY_DEBUG", "1")
    monkeypatch.setenv("SALON_BALANCERS", "0.0.0.0/0")

    with pytest.raises(SystemExit) as ended:
        load(Everything)

    assert "any cannot start" in str(ended.value)
    assert "the setting debug" in str(ended.value)
    assert "100% of all addresses" in str(ended.value)
