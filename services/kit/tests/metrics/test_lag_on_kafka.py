"""How far behind a member of a group is, also in partitions of which it has read nothing yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from log_on_kafka import Log, brokers, own_log, until

from salon_kit.kafka.options import WhenLost
from salon_kit.kafka.records import Place, Record
from salon_kit.kafka.source import KafkaSource

pytestmark = pytest.mark.timeout(90)
VALUES = [b"1", b"2", b"3", b"4", b"5"]


@pytest.fixture
def log() -> Iterator[Log]:
    with own_log(partitions=2) as own:
        yield own


@dataclass
class Reader:
    """With what it has read so far, one record at a time."""

    source: KafkaSource
    read: list[Record] = field(default_factory=list)

    def reads_on(self) -> None:
        self.read += self.source.take(1, wait_seconds=0.1)

    def has_joined(self) -> bool:
        self.reads_on()
        return self.source.has_joined


@contextmanager
def _starting(log: Log, *, when_lost: WhenLost = "earliest") -> Iterator[Reader]:
    source = KafkaSource(topics=[log.topic], brokers=brokers(), group=log.group, when_offsets_are_lost=when_lost)
    source.start(on_revoked=lambda _places, *, lost: None)
    try:
        yield Reader(source)
    finally:
        source.close()


@contextmanager
def _member(log: Log, *, when_lost: WhenLost = "earliest") -> Iterator[Reader]:
    """In the group, and it reads no further than it did on the way there."""
    with _starting(log, when_lost=when_lost) as reader:
        until(reader.has_joined, what="for the group")
        yield reader


def _unread(log: Log, unread: dict[int, int], reader: Reader) -> dict[Place, int]:
    return {
        (log.topic, number): count - sum(record.partition == number for record in reader.read)
        for number, count in unread.items()
    }


def test_it_is_behind_by_all_that_is_there_before_it_has_read_any_of_it(log: Log) -> None:
    for partition in (0, 1):
        log.write(VALUES, partition=partition)

    with _member(log) as reader:
        until(lambda: reader.source.lag() == _unread(log, {0: 5, 1: 5}, reader))
        assert len({record.partition for record in reader.read}) < 2


def test_it_is_behind_by_what_the_group_has_not_committed(log: Log) -> None:
    for partition in (0, 1):
        log.write(VALUES, partition=partition)
    with _member(log) as reader:
        reader.source.commit({(log.topic, 0): 5, (log.topic, 1): 3})

    with _member(log) as reader:
        until(lambda: reader.source.lag() == _unread(log, {0: 0, 1: 2}, reader))


def test_a_partition_in_which_nothing_was_ever_written_is_named_with_nought(log: Log) -> None:
    with _member(log) as reader:
        until(lambda: reader.source.lag() == _unread(log, {0: 0, 1: 0}, reader))


def test_a_group_that_begins_at_the_end_is_not_behind(log: Log) -> None:
    log.write(VALUES)

    with _member(log, when_lost="latest") as reader:
        until(lambda: reader.source.lag() == _unread(log, {0: 0, 1: 0}, reader))
        log.write(VALUES, partition=1)
        until(lambda: reader.source.lag() == _unread(log, {0: 0, 1: 5}, reader))


def test_a_partition_that_went_to_another_is_none_of_ours(log: Log) -> None:
    with _member(log) as first:
        until(lambda: len(first.source.lag()) == 2)
        with _starting(log) as second:

            def each_has_one() -> bool:
                first.reads_on()
                second.reads_on()
                return [len(first.source.lag()), len(second.source.lag())] == [1, 1]

            until(each_has_one, seconds=30)
            assert first.source.lag().keys().isdisjoint(second.source.lag())
