"""Reading without a group: from a position, to the end, past whatever stands there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition
from log_on_kafka import Log, brokers, own_log, until

from salon_kit.kafka.partition_reader import PartitionReader, Read
from salon_kit.testing.any_record import FOREIGN_HEADERS, FOREIGN_KEYS, FOREIGN_VALUES, Thrown
from salon_kit.testing.foreign_client import send_with_header

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def log() -> Iterator[Log]:
    with own_log() as own:
        yield own


@pytest.fixture
def reader() -> Iterator[PartitionReader]:
    made = PartitionReader(brokers=brokers(), name="test", when_offsets_are_lost="error")
    yield made
    made.close()


def read_to_end(reader: PartitionReader, log: Log, *, start: int = 0) -> list[Read]:
    """The topic must have an end."""
    end = reader.ends_of(log.topic)[0]
    reader.read_from(log.topic, {0: start})
    reads: list[Read] = []
    while not (reads and reads[-1].next_offsets.get(0, -1) >= end):
        reads.append(reader.read(wait_seconds=5, limit=10))
    return reads


def test_it_reads_from_the_position_it_is_told_to_the_end(log: Log, reader: PartitionReader) -> None:
    log.write([b"%d" % number for number in range(25)])

    reads = read_to_end(reader, log, start=3)

    assert [record.value for read in reads for record in read.records] == [b"%d" % number for number in range(3, 25)]
    assert max(len(read.records) for read in reads) <= 10
    assert reads[-1].next_offsets == reader.ends_of(log.topic) == {0: 25}


def test_an_end_that_is_no_record_is_reached_too(log: Log, reader: PartitionReader) -> None:
    """A foreign producer that uses transactions leaves markers, and records that nobody may read."""
    log.write([b"1"])
    options = {"bootstrap.servers": brokers(), "transactional.id": uuid4().hex, "transaction.timeout.ms": 5_000}
    producer = Producer(options)
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(log.topic, b"never happened", partition=0)
    producer.flush(20)
    producer.abort_transaction(20)
    until(lambda: reader.ends_of(log.topic)[0] > 2)  # the marker is written after the answer

    reads = read_to_end(reader, log)

    assert [record.value for read in reads for record in read.records] == [b"1"]
    assert reads[-1].next_offsets == reader.ends_of(log.topic)
    assert reads[-1].next_offsets[0] > 2


def test_whatever_stands_in_a_record_is_read_and_the_next_one_too(log: Log, reader: PartitionReader) -> None:
    thrown = [
        *(Thrown(value) for value in FOREIGN_VALUES),
        *(Thrown(b"v", key) for key in FOREIGN_KEYS),
        *(Thrown(b"v", None, headers) for headers in FOREIGN_HEADERS),
    ]
    log.throw(thrown)
    send_with_header(brokers=brokers(), topic=log.topic, partition=0, value=b"odd", name=b"\xff\xfe")
    log.write([b"good"])

    records = [record for read in read_to_end(reader, log) for record in read.records]

    assert [record.value for record in records] == [*(one.value for one in thrown), b"odd", b"good"]
    assert records[-2].fault == "a header's name is not UTF-8"
    assert records[-1].fault is None


def test_a_foreign_name_after_many_good_ones_does_not_end_the_process(log: Log, reader: PartitionReader) -> None:
    """Python drops a check of its own from a call that has become hot, and then a list with holes came through."""
    for _ in range(3):
        log.throw([Thrown(b"v", None, (("name", b"1"), ("other", b"2")))] * 200)
        for _ in range(5):
            send_with_header(brokers=brokers(), topic=log.topic, partition=0, value=b"odd", name=b"\xff\xfe")

    records = [record for read in read_to_end(reader, log) for record in read.records]

    assert [record.value for record in records if record.fault] == [b"odd"] * 15
    assert len(records) == 615


def test_a_topic_that_is_not_there_is_said(reader: PartitionReader) -> None:
    with pytest.raises(KafkaException):
        reader.partitions_of(f"none-{uuid4().hex}")


class BrokenRecord:
    """A message of the client library that carries an error."""

    def __init__(self, code: int, *, offset: int) -> None:
        self._error, self._offset = KafkaError(code), offset

    def error(self) -> KafkaError:
        return self._error

    def topic(self) -> str:
        return "letters"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset


class Rotten:
    """A consumer at a batch of three records, from offset 5 on, that cannot be unpacked. It is told by its first."""

    def __init__(self) -> None:
        self.at = 5
        self.sought: list[int] = []

    def poll(self, _seconds: float) -> BrokenRecord | None:
        broken = KafkaError._BAD_COMPRESSION
        return BrokenRecord(broken if self.at < 8 else KafkaError._PARTITION_EOF, offset=5 if self.at < 8 else self.at)

    def position(self, places: list[TopicPartition]) -> list[TopicPartition]:
        return [TopicPartition(places[0].topic, places[0].partition, self.at)]

    def seek(self, place: TopicPartition) -> None:
        self.at = place.offset
        self.sought.append(place.offset)


@pytest.mark.unit
def test_what_the_library_cannot_unpack_is_tried_again_and_then_skipped_one_by_one() -> None:
    reader = PartitionReader(brokers="127.0.0.1:9", name="test", when_offsets_are_lost="error")
    reader.close()
    rotten = Rotten()
    reader._consumer = cast(Any, rotten)

    read = reader.read(wait_seconds=1, limit=3)

    assert rotten.sought == [6, 7, 8]
    assert [(record.offset, record.value) for record in read.records] == [(5, None), (6, None), (7, None)]
    assert read.records[0].fault == "the client library cannot read it: _BAD_COMPRESSION"
    assert read.next_offsets == {0: 8}


@pytest.mark.unit
def test_an_error_that_may_pass_is_raised_and_skips_nothing() -> None:
    reader = PartitionReader(brokers="127.0.0.1:9", name="test", when_offsets_are_lost="error")
    reader.close()

    class Away(Rotten):
        def poll(self, _seconds: float) -> BrokenRecord:
            return BrokenRecord(KafkaError._ALL_BROKERS_DOWN, offset=-1001)

    away = Away()
    reader._consumer = cast(Any, away)

    with pytest.raises(KafkaException):
        reader.read(wait_seconds=1, limit=3)
    assert away.sought == []
