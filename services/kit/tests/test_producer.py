"""Writing: every record comes to one report, whatever becomes of the client that carries it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Message, Producer
from log_on_kafka import Log, brokers, own_log, until

from salon_kit.kafka import producer as module
from salon_kit.kafka.partition_reader import PartitionReader
from salon_kit.kafka.producer import KafkaProducer, NewRecord
from salon_kit.kafka.records import Record

pytestmark = pytest.mark.timeout(60)
NOBODY = "127.0.0.1:1"
GAPLESS = {"enable.gapless.guarantee": True}
Report = tuple[bytes | str | None, KafkaError | None]


@pytest.fixture
def log() -> Iterator[Log]:
    with own_log() as own:
        yield own


@pytest.fixture
def made() -> Iterator[Callable[..., KafkaProducer]]:
    producers: list[KafkaProducer] = []

    def make(**options: Any) -> KafkaProducer:
        settings: dict[str, Any] = {"brokers": brokers(), "name": "test", "delivery_seconds": 10.0, **options}
        producers.append(KafkaProducer(**settings))
        return producers[-1]

    yield make
    for one in producers:
        one.close(flush_seconds=0)


def read(log: Log) -> list[Record]:
    reader = PartitionReader(brokers=brokers(), name="test", when_offsets_are_lost="error")
    end, position, records = reader.ends_of(log.topic)[0], 0, list[Record]()
    reader.read_from(log.topic, {0: position})
    while position < end:
        found = reader.read(wait_seconds=5, limit=1_000)
        records += found.records
        position = found.next_offsets.get(0, position)
    reader.close()
    return records


def note_in(reports: list[Report]) -> Callable[[KafkaError | None, Message], None]:
    return lambda error, message: reports.append((message.value(), error))


def in_log(log: Log, *values: bytes) -> list[NewRecord]:
    return [NewRecord(log.topic, value, b"key", partition=0) for value in values]


def test_what_is_delivered_stands_in_the_log_in_order_with_its_key_and_headers(
    log: Log, made: Callable[..., KafkaProducer]
) -> None:
    headers = (("reason", b"why"), ("empty", b""), ("none", None))
    records = [NewRecord(log.topic, b"%d" % number, b"key", headers, 0) for number in range(500)]

    outcomes = made().deliver(records, within_seconds=15)

    assert outcomes == [None] * 500
    assert [(one.value, one.key, one.headers) for one in read(log)] == [
        (b"%d" % number, b"key", headers) for number in range(500)
    ]


def test_a_record_that_can_never_go_is_named_and_the_others_go(log: Log, made: Callable[..., KafkaProducer]) -> None:
    outcomes = made().deliver(in_log(log, b"1", b"x" * 2_000_000, b"2"), within_seconds=15)

    assert [error and error.name() for error in outcomes] == [None, "MSG_SIZE_TOO_LARGE", None]
    assert [record.value for record in read(log)] == [b"1", b"2"]


def test_where_no_broker_answers_the_wait_ends_and_nothing_counts_as_delivered(
    made: Callable[..., KafkaProducer],
) -> None:
    began = time.monotonic()

    outcomes = made(brokers=NOBODY).deliver([NewRecord("topic", b"1", None)], within_seconds=0.3)

    assert [error and error.name() for error in outcomes] == ["_MSG_TIMED_OUT"]
    assert time.monotonic() - began < 3


def test_closing_ends_in_time_and_says_of_what_was_left_that_it_failed(made: Callable[..., KafkaProducer]) -> None:
    reports: list[Report] = []
    producer = made(brokers=NOBODY)
    producer.start()
    producer.produce(NewRecord("topic", b"1", None), note_in(reports))
    began = time.monotonic()

    producer.close(flush_seconds=0.3)

    assert time.monotonic() - began < 4
    assert [error and error.name() for _, error in reports] == ["_PURGE_QUEUE"]
    with pytest.raises(KafkaException):
        producer.produce(NewRecord("topic", b"2", None), note_in(reports))


@pytest.mark.parametrize("with_thread", [True, False], ids=["poll thread", "deliver"])
def test_a_client_that_failed_for_good_reports_each_record_once_and_is_made_anew(
    log: Log, made: Callable[..., KafkaProducer], monkeypatch: pytest.MonkeyPatch, *, with_thread: bool
) -> None:
    monkeypatch.setattr(module, "MADE_ANEW_AFTER_SECONDS", 0.0)
    producer, reports = made(overrides=GAPLESS), list[Report]()
    assert producer.deliver(in_log(log, b"first"), within_seconds=15) == [None]
    first = producer._client
    if with_thread:
        producer.start()
    taken: list[bytes] = []

    def is_made_anew() -> bool:
        """The real fatal error: what is on the wire is taken away from a client that promised to leave no gap."""
        for _ in range(20):  # enough that some of it is on the wire for a while
            value = b"%05d" % len(taken) + b"x" * 100_000
            with suppress(KafkaException):
                producer.produce(NewRecord(log.topic, value, b"key", partition=0), note_in(reports))
                taken.append(value)
        time.sleep(random.uniform(0, 0.01))
        first._producer.purge(in_queue=False, in_flight=True)
        if not with_thread:
            producer.deliver([], within_seconds=5)
        return producer._client is not first

    until(is_made_anew)
    until(lambda: len(reports) >= len(taken))
    assert sorted(value for value, _ in reports if isinstance(value, bytes)) == taken
    assert any(error is not None for _, error in reports)
    stands = {record.value for record in read(log)}
    assert {value for value, error in reports if error is None} <= stands
    assert producer.deliver(in_log(log, b"last"), within_seconds=15) == [None]


class FailedClient:
    """Stands in for librdkafka's client only in what it calls back: it fails, and reports nothing of its own."""

    made: list[FailedClient] = []

    def __init__(self, *_: object, **__: object) -> None:
        self.reports: list[Any] = []
        FailedClient.made.append(self)

    def __len__(self) -> int:
        return len(self.reports)

    def produce(self, _topic: str, *, on_delivery: Any, **_: object) -> None:
        self.reports.append(on_delivery)

    def poll(self, _seconds: float) -> int:
        raise KafkaException(KafkaError(KafkaError._FATAL))

    flush = poll

    def purge(self) -> None: ...


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[FailedClient]:
    monkeypatch.setattr(module, "Producer", FailedClient)
    monkeypatch.setattr(module, "LAST_REPORTS_SECONDS", 0.2)
    monkeypatch.setattr(FailedClient, "made", [])
    return FailedClient.made


def test_a_record_whose_client_says_nothing_any_more_is_reported_as_failed_once(
    failing: list[FailedClient], made: Callable[..., KafkaProducer]
) -> None:
    reports: list[Report] = []
    producer = made()
    producer.produce(NewRecord("topic", b"1", b"key"), note_in(reports))

    producer.deliver([], within_seconds=1)
    failing[0].reports[0](None, Message())  # too late: its caller was told and may have sent it again

    assert [(value, error and error.name()) for value, error in reports] == [(b"1", "_PURGE_INFLIGHT")]


def test_a_client_that_fails_at_once_is_not_made_again_in_a_tight_loop(
    failing: list[FailedClient], made: Callable[..., KafkaProducer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MADE_ANEW_AFTER_SECONDS", 60.0)
    producer = made()
    for _ in range(100):
        producer.deliver([NewRecord("topic", b"1", None)], within_seconds=1)
    assert len(failing) == 1

    monkeypatch.setattr(module, "MADE_ANEW_AFTER_SECONDS", 0.0)
    producer.deliver([], within_seconds=1)
    assert len(failing) == 2


def test_a_caller_that_dies_of_its_report_costs_no_other_its_own(log: Log, made: Callable[..., KafkaProducer]) -> None:
    reports: list[Report] = []
    producer = made()
    producer.start()

    def die(_error: KafkaError | None, _message: Message) -> None:
        raise RuntimeError("the loop is closed")

    first, second = in_log(log, b"1", b"2")
    producer.produce(first, die)
    producer.produce(second, note_in(reports))

    until(lambda: reports == [(b"2", None)])


def test_a_client_of_the_library_alone_takes_nothing_more_after_a_fatal_error(log: Log) -> None:
    """Why it is made anew."""
    alone = Producer({"bootstrap.servers": brokers(), "enable.idempotence": True, **GAPLESS})
    alone.produce(log.topic, b"first", partition=0)
    assert alone.flush(15) == 0

    def is_broken() -> bool:
        try:
            for _ in range(20):
                alone.produce(log.topic, b"x" * 100_000, partition=0)
            time.sleep(random.uniform(0, 0.01))
            alone.purge(in_queue=False, in_flight=True)
            alone.poll(0.05)
        except KafkaException:
            return True
        return False

    until(is_broken)
    with pytest.raises(KafkaException):
        alone.produce(log.topic, b"last", partition=0)
