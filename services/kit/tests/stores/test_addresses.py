from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from salon_kit.addresses import PASSWORD_FILES, with_password, with_passwords
from salon_kit.kafka.address import BOUNDED, KafkaBrokers, connection, nearby, with_rack
from salon_kit.kafka.options import of_group_member, of_producer, of_reader
from salon_kit.redis.address import sentinels_in


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("p@ss:w/rd\n")
    return path


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("redis://redis:6379/0", "redis://:p%40ss%3Aw%2Frd@redis:6379/0"),
        ("redis://salon@redis:6379/0", "redis://salon:p%40ss%3Aw%2Frd@redis:6379/0"),
        ("mongodb://salon@a:1,b:2/salon?w=majority", "mongodb://salon:p%40ss%3Aw%2Frd@a:1,b:2/salon?w=majority"),
        ("sasl_plaintext://salon@a:1,b:2", "sasl_plaintext://salon:p%40ss%3Aw%2Frd@a:1,b:2"),
    ],
)
def test_an_address_gets_its_password_from_the_file_whatever_letters_are_in_it(
    address: str, whole: str, file: Path
) -> None:
    assert with_password(address, file) == whole


def test_redis_behind_sentinels_reads_the_same_password_back(file: Path) -> None:
    sentinels = sentinels_in(with_password("redis+sentinel://a:1,b:2/salon/0", file))

    assert sentinels is not None
    assert (sentinels.username, sentinels.password) == (None, "p@ss:w/rd")


def test_sentinels_have_a_password_of_their_own_only_where_a_file_says_so(file: Path) -> None:
    given = {"redis_url": "redis+sentinel://a:1,b:2/salon/0", "redis_password_file": str(file)}

    for more, expected in (({}, None), ({"redis_sentinel_password_file": str(file)}, "p@ss:w/rd")):
        sentinels = sentinels_in(with_passwords({**given, **more})["redis_url"])
        assert sentinels is not None
        assert (sentinels.password, sentinels.sentinel_password) == ("p@ss:w/rd", expected)


@pytest.mark.parametrize(
    "address",
    ["mongodb://host/salon", "host:9092", "mongodb://salon:already@host/salon", "redis://:already@host:6379/0"],
)
def test_an_address_that_the_password_does_not_belong_to_is_refused(address: str, file: Path) -> None:
    with pytest.raises(ValueError, match="the address"):
        with_password(address, file)


def test_a_password_file_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")

    for name in ("missing", "empty"):
        with pytest.raises(ValueError, match=name):
            with_password("redis://redis:6379/0", tmp_path / name)


def test_every_way_of_using_kafka_signs_in_with_the_password(file: Path) -> None:
    brokers = with_password("sasl_plaintext://salon@a:1,b:2", file)

    for options in (
        of_group_member(brokers=brokers, group="g", when_offsets_are_lost="earliest"),
        of_reader(brokers=brokers, name="r", when_offsets_are_lost="error"),
        of_producer(brokers=brokers, name="p", delivery_timeout_ms=1),
    ):
        assert options["bootstrap.servers"] == "a:1,b:2"
        assert options["security.protocol"] == "SASL_PLAINTEXT"
        assert (options["sasl.username"], options["sasl.password"]) == ("salon", "p@ss:w/rd")


def test_kafka_without_a_password_is_only_an_address() -> None:
    assert connection("kafka:9092,[::1]:9093,other") == {
        **BOUNDED,
        "bootstrap.servers": "kafka:9092,[::1]:9093,other",
    }


@pytest.mark.parametrize(
    "brokers", ["", "kafka:", "kafka:0", "a:1,,b:2", "http://kafka:1", "sasl_ssl://kafka:1", "sasl_ssl://salon@kafka:1"]
)
def test_what_is_no_address_of_kafka_is_refused(brokers: str) -> None:
    with pytest.raises(ValueError, match=r"host:port|none of|the password"):
        connection(brokers)


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ANY_", hide_input_in_errors=True)

    kafka_brokers: KafkaBrokers
    kafka_password_file: Path | None = None
    kafka_rack: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_passwords(cls, values: dict[str, object]) -> dict[str, object]:
        return with_passwords(values)


def test_settings_take_the_password_from_the_file_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setenv("ANY_KAFKA_BROKERS", "sasl_plaintext://salon@kafka:9092")
    monkeypatch.setenv("ANY_KAFKA_PASSWORD_FILE", str(file))

    assert connection(_Settings().kafka_brokers)["sasl.password"] == "p@ss:w/rd"


def test_a_reader_takes_the_copy_of_its_place_and_a_writer_has_no_choice(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setenv("ANY_KAFKA_BROKERS", "sasl_plaintext://salon@a:1,b:2")
    monkeypatch.setenv("ANY_KAFKA_PASSWORD_FILE", str(file))
    monkeypatch.setenv("ANY_KAFKA_RACK", "zone-b.1")
    brokers = _Settings().kafka_brokers

    readers = [
        of_group_member(brokers=brokers, group="g", when_offsets_are_lost="earliest"),
        of_reader(brokers=brokers, name="r", when_offsets_are_lost="error"),
    ]

    assert [options["client.rack"] for options in readers] == ["zone-b.1"] * 2
    writer = of_producer(brokers=brokers, name="p", delivery_timeout_ms=1)
    assert "client.rack" not in writer
    assert {options["bootstrap.servers"] for options in (*readers, writer)} == {"a:1,b:2"}
    assert {options["sasl.password"] for options in (*readers, writer)} == {"p@ss:w/rd"}


def test_who_is_not_told_its_place_reads_from_leaders() -> None:
    assert nearby("a:1,b:2") == {}


@pytest.mark.parametrize("rack", ["", "a b", "a?rack=b", "x" * 65])
def test_what_is_no_name_of_a_place_is_refused(rack: str) -> None:
    with pytest.raises(ValueError, match="place"):
        with_rack("a:1", rack)


def test_a_refused_setting_does_not_print_the_password(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("ANY_KAFKA_BROKERS", "nonsense://salon@kafka:9092")
    monkeypatch.setenv("ANY_KAFKA_PASSWORD_FILE", str(file))

    with pytest.raises(ValidationError) as refused:
        _Settings()

    assert "p%40ss" not in str(refused.value)
    assert "p@ss" not in str(refused.value)


def test_every_password_belongs_to_one_address() -> None:
    assert len(set(PASSWORD_FILES.values())) == len(PASSWORD_FILES)
