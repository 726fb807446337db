from __future__ import annotations

import pytest
from pydantic import SecretStr

from salon_kit.addresses import PASSWORDS, shown_address, with_password, with_passwords
from salon_kit.kafka.address import BOUNDED, connection, nearby, with_rack
from salon_kit.kafka.options import of_group_member, of_producer, of_reader
from salon_kit.redis.address import sentinels_in

PASSWORD = "p@ss:w/rd"


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("redis://redis:6379/0", "redis://:p%40ss%3Aw%2Frd@redis:6379/0"),
        ("redis://salon@redis:6379/0", "redis://salon:p%40ss%3Aw%2Frd@redis:6379/0"),
        ("mongodb://salon@a:1,b:2/salon?w=majority", "mongodb://salon:p%40ss%3Aw%2Frd@a:1,b:2/salon?w=majority"),
        ("sasl_plaintext://salon@a:1,b:2", "sasl_plaintext://salon:p%40ss%3Aw%2Frd@a:1,b:2"),
    ],
)
def test_an_address_gets_its_password_whatever_letters_are_in_it(address: str, whole: str) -> None:
    assert with_password(address, PASSWORD) == whole


def test_redis_behind_sentinels_reads_the_same_password_back() -> None:
    sentinels = sentinels_in(with_password("redis+sentinel://a:1,b:2/salon/0", PASSWORD))

    assert sentinels is not None
    assert (sentinels.username, sentinels.password) == (None, "p@ss:w/rd")


def test_sentinels_have_a_password_of_their_own_only_where_one_is_given() -> None:
    given = {"redis_url": "redis+sentinel://a:1,b:2/salon/0", "redis_password": PASSWORD}

    for more, expected in (({}, None), ({"redis_sentinel_password": SecretStr(PASSWORD)}, "p@ss:w/rd")):
        sentinels = sentinels_in(with_passwords({**given, **more})["redis_url"])
        assert sentinels is not None
        assert (sentinels.password, sentinels.sentinel_password) == ("p@ss:w/rd", expected)


@pytest.mark.parametrize(
    "address",
    ["mongodb://host/salon", "host:9092", "mongodb://salon:already@host/salon", "redis://:already@host:6379/0"],
)
def test_an_address_that_the_password_does_not_belong_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="the address"):
        with_password(address, PASSWORD)


def test_every_way_of_using_kafka_signs_in_with_the_password() -> None:
    brokers = with_password("sasl_plaintext://salon@a:1,b:2", PASSWORD)

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


def test_an_address_is_shown_without_its_passwords() -> None:
    whole = with_passwords({"redis_url": "redis+sentinel://a:1/salon/0", "redis_password": PASSWORD})["redis_url"]

    assert shown_address(f"{whole}?sentinel_password=x") == (
        "redis+sentinel://:********@a:1/salon/0?sentinel_password=********"
    )
    assert shown_address("redis://a:1/0") == "redis://a:1/0"


def test_a_reader_takes_the_copy_of_its_place_and_a_writer_has_no_choice() -> None:
    given = {"kafka_brokers": "sasl_plaintext://salon@a:1,b:2", "kafka_password": PASSWORD, "kafka_rack": "zone-b.1"}
    brokers = with_passwords(given)["kafka_brokers"]

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


def test_every_password_belongs_to_one_address() -> None:
    assert len(set(PASSWORDS.values())) == len(PASSWORDS)
