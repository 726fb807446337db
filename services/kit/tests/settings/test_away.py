"""Away from one's own machine nothing unsafe starts: every rule, each with a setting that breaks it and only it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, SecretStr

from salon_kit.kafka.address import KafkaBrokers
from salon_kit.networks import Balancers
from salon_kit.redis.address import RedisAddress
from salon_kit.settings.away import RULES, weakness_of
from salon_kit.settings.base import ServiceSettings, load, of_service
from salon_kit.settings.refusal import SettingsRefused

pytestmark = pytest.mark.unit
STRONG = "Zr4uQ7xw9LmK2pTyBv8sNd3f"


class Everything(ServiceSettings):
    """Has each setting that a rule is about."""

    model_config = of_service("ANY_")

    redis_url: RedisAddress = "rediss://:Zr4uQ7xw@redis:6379/0"
    kafka_brokers: KafkaBrokers = "sasl_ssl://salon:Zr4uQ7xw@kafka:9092"
    mongodb_url: str = "mongodb://salon:Zr4uQ7xw@mongodb/salon?tls=true"
    public_url: str = "https://salon.example"
    allowed_hosts: str = "www.salon.example"
    balancers: Annotated[Balancers, Field(validation_alias="SALON_BALANCERS")] = "10.0.0.0/8"
    debug: bool = False
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
    "mongodb-password": {"ANY_MONGODB_URL": "mongodb://mongodb/salon?tls=true"},
}
PLAIN = {
    "redis-tls": ("redis_url", "redis://:Zr4uQ7xw@redis:6379/0"),
    "kafka-tls": ("kafka_brokers", "sasl_plaintext://salon:Zr4uQ7xw@kafka:9092"),
    "mongodb-tls": ("mongodb_url", "mongodb://salon:Zr4uQ7xw@mongodb/salon"),
}


@pytest.fixture(autouse=True)
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALON_ENV", "SALON_BALANCERS", "SALON_STORES_ARE_PRIVATE", "SALON_PARAMETER_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANY_SECRETS_DIR", str(tmp_path))


def test_what_is_safe_starts_where_nobody_says_where_it_is() -> None:
    assert Everything().salon_env == "production"


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


@pytest.mark.parametrize("where", ["local", "test"])
def test_on_ones_own_machine_all_of_it_starts(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_ENV", where)
    for values in BROKEN.values():
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    assert Everything().debug


@pytest.mark.parametrize("weak", ["short", "k" * 32, "django-insecure-8f3kq0zx", "daengdaeng-demo-0123456789"])
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
    assert "0.0.0.0/0 is everybody" in str(ended.value)
