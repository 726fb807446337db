"""Our clients of three brokers: who reads takes the copy of its place, and a broker that dies costs seconds only."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition

from salon_kit.kafka.address import with_rack
from salon_kit.kafka.onlooker import NOT_AGAIN_SECONDS, WITHIN_SECONDS, Onlooker
from salon_kit.kafka.options import of_reader
from salon_kit.kafka.partition_reader import PartitionReader
from salon_kit.kafka.records import Record
from salon_kit.kafka.source import KafkaSource
from tests.deploy.kafka_group_stand import NODES, KafkaGroup
from tests.deploy.small_programs import eventually

# Starting three brokers takes most of it.
pytestmark = pytest.mark.timeout(300)
PLACES = dict(zip("abc", NODES, strict=True))
# Three seconds until a broker is missed, and two busy cores.
ANOTHER_LEADS_WITHIN_SECONDS = 15.0
LITTLE_LONGER = 0.5
# Missed after three, left after five, and a group that may have to find another coordinator. librdkafka's own is 60.
SILENT_FOR_SECONDS = 30.0


class Reading:
    """One of our two kinds of reader, and which broker it reads from, as its client says."""

    def __init__(self, kind: str, brokers: str, topic: str) -> None:
        self._topic = topic
        self._statistics: Mapping[str, Any] = {}
        self.values: list[bytes | None] = []
        telling: dict[str, Any] = {"statistics.interval.ms": 100, "stats_cb": self._note}
        if kind == "member":
            source = KafkaSource(
                topics=[topic], brokers=brokers, group=uuid4().hex, when_offsets_are_lost="earliest", **telling
            )
            source.start(on_revoked=_nothing)
            self._take: Callable[[], Any] = lambda: list(source.take(100, wait_seconds=0.2))
            self.close = source.close
        else:
            reader = PartitionReader(brokers=brokers, name="test", when_offsets_are_lost="error", **telling)
            reader.read_from(topic, {0: 0})
            self._take = lambda: reader.read(wait_seconds=0.2, limit=100).records
            self.close = reader.close

    def read(self) -> list[bytes | None]:
        """Each value once, in the order in which it came first: a member reads again what it has not committed.

        So it does when the broker that goes coordinated its group too, and it was given up by the next one.
        """
        self.values += [record.value for record in self._take()]
        return list(dict.fromkeys(self.values))

    def reads_from(self) -> int:
        self.read()
        partitions = self._statistics.get("topics", {}).get(self._topic, {}).get("partitions", {})
        return int(partitions.get("0", {}).get("broker", -1))

    def _note(self, text: str) -> None:
        self._statistics = json.loads(text)


def _nothing(places: object, *, lost: bool) -> None:
    """Nothing is held."""


@pytest.fixture
def reading(kafka_group: KafkaGroup) -> Iterator[Callable[[str, str, str | None], Reading]]:
    made: list[Reading] = []

    def read(kind: str, topic: str, place: str | None) -> Reading:
        brokers = with_rack(kafka_group.brokers, place) if place else kafka_group.brokers
        made.append(Reading(kind, brokers, topic))
        return made[-1]

    yield read
    for one in made:
        one.close()


@pytest.mark.parametrize("kind", ["member", "reader"])
def test_who_reads_takes_the_copy_of_its_place_and_who_was_told_none_the_leaders(
    kafka_group: KafkaGroup, reading: Callable[[str, str, str | None], Reading], kind: str
) -> None:
    topic = kafka_group.topic()
    kafka_group.write(topic, b"1", b"2")
    leader = kafka_group.leader_of(topic)

    for place, node in PLACES.items():
        one = reading(kind, topic, place)
        assert eventually(lambda one=one, node=node: one.reads_from() == node), place  # type: ignore[misc]
        assert eventually(lambda one=one: one.read() == [b"1", b"2"])  # type: ignore[misc]
    anywhere = reading(kind, topic, None)
    assert eventually(lambda: anywhere.read() == [b"1", b"2"])
    assert anywhere.reads_from() == leader


@pytest.mark.parametrize("kind", ["member", "reader"])
def test_a_broker_that_falls_silent_is_left_in_seconds_and_not_after_a_minute(
    kafka_group: KafkaGroup, reading: Callable[[str, str, str | None], Reading], kind: str
) -> None:
    """As a machine that hangs or is cut off: its connections stay, and nothing says that they lead nowhere."""
    topic = kafka_group.topic()
    leader = kafka_group.leader_of(topic)
    kafka_group.write(topic, b"1")
    one = reading(kind, topic, None)
    assert eventually(lambda: one.read() == [b"1"])

    with kafka_group.frozen(leader):
        began = time.monotonic()
        kafka_group.write(topic, b"2")
        assert eventually(lambda: one.read() == [b"1", b"2"])
        waited = time.monotonic() - began

    print(f"a {kind} has what was written after its broker {leader} fell silent after {waited:.1f} s")
    assert waited < SILENT_FOR_SECONDS


@pytest.mark.parametrize("kind", ["member", "reader"])
def test_when_the_broker_of_its_place_dies_a_reader_goes_on_elsewhere_and_misses_nothing(
    kafka_group: KafkaGroup, reading: Callable[[str, str, str | None], Reading], kind: str
) -> None:
    topic = kafka_group.topic()
    follower = next(node for node in NODES if node != kafka_group.leader_of(topic))
    place = next(place for place, node in PLACES.items() if node == follower)
    kafka_group.write(topic, b"1")
    one = reading(kind, topic, place)
    assert eventually(lambda: one.reads_from() == follower)

    with kafka_group.killed(follower):
        kafka_group.write(topic, b"2")
        written = time.monotonic()
        assert eventually(lambda: one.read() == [b"1", b"2"])
        waited = time.monotonic() - written

    print(f"a reader of the killed broker {follower} has what was written meanwhile after {waited:.2f} s")
    assert waited < ANOTHER_LEADS_WITHIN_SECONDS
    kafka_group.write(topic, b"3")
    assert eventually(lambda: one.read() == [b"1", b"2", b"3"])


def test_the_end_of_a_log_is_told_at_the_first_question_after_its_leader_died(kafka_group: KafkaGroup) -> None:
    topic = kafka_group.topic()
    kafka_group.write(topic, b"1", b"2")
    leader = kafka_group.leader_of(topic)
    onlooker = Onlooker(brokers=kafka_group.brokers, group="test")
    believing = Consumer(of_reader(brokers=kafka_group.brokers, name="test", when_offsets_are_lost="error"))
    place = TopicPartition(topic, 0)
    assert onlooker.end_of(topic, 0) == 2
    assert believing.get_watermark_offsets(place, timeout=10)[1] == 2

    with kafka_group.killed(leader):
        began = time.monotonic()
        with pytest.raises(KafkaException):  # nobody leads it yet
            onlooker.end_of(topic, 0)
        refused_after = time.monotonic() - began
        assert eventually(lambda: kafka_group.leader_of(topic) not in {leader, -1})
        time.sleep(NOT_AGAIN_SECONDS)

        began = time.monotonic()
        end = onlooker.end_of(topic, 0)
        answered_after = time.monotonic() - began
        # The twin: who asks once believes in the leader that is gone.
        with pytest.raises(KafkaException):
            believing.get_watermark_offsets(place, timeout=WITHIN_SECONDS)

    assert end == 2
    assert max(refused_after, answered_after) < WITHIN_SECONDS + LITTLE_LONGER
    onlooker.close()
    believing.close()


def test_how_far_a_group_has_come_is_told_when_another_coordinates_it(kafka_group: KafkaGroup) -> None:
    topic, group = kafka_group.topic(), uuid4().hex
    kafka_group.write(topic, b"1", b"2")
    source = KafkaSource(topics=[topic], brokers=kafka_group.brokers, group=group, when_offsets_are_lost="earliest")
    source.start(on_revoked=_nothing)
    read: list[Record] = []

    def has_read_both() -> bool:
        read.extend(source.take(2, wait_seconds=0.2))
        return len(read) == 2

    assert eventually(has_read_both)
    source.commit({(topic, 0): 1})
    onlooker = Onlooker(brokers=kafka_group.brokers, group=group)
    assert onlooker.committed(topic, 0) == 1

    def again() -> bool:
        began = time.monotonic()
        try:
            return onlooker.committed(topic, 0) == 1
        except KafkaException:
            return False
        finally:
            assert time.monotonic() - began < WITHIN_SECONDS + LITTLE_LONGER

    with kafka_group.killed(kafka_group.coordinator_of(group)):
        began = time.monotonic()
        assert eventually(again)
        print(f"the group's place is told again {time.monotonic() - began:.1f} s after its coordinator was killed")
        assert time.monotonic() - began < ANOTHER_LEADS_WITHIN_SECONDS
    source.close()
    onlooker.close()
