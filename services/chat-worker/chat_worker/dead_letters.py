"""Where a record goes that cannot become a message: `chat-messages-dlq`, as it was, with the reason beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from confluent_kafka import KafkaError

from salon_kit.kafka.consumer_loop import NotNow
from salon_kit.kafka.producer import KafkaProducer, NewRecord
from salon_kit.kafka.records import Headers, Place, Record, Unfit
from salon_kit.logs import get_logger

log = get_logger(__name__)

# The broker weighs the record with its new headers, so one that just fitted may not fit any more.
TOO_LARGE = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG_SIZE, KafkaError.INVALID_RECORD)

Spot = tuple[Place, int]


class DeadLettersUnavailable(NotNow):
    """The broker did not confirm a letter: do not commit, come again later."""


class KafkaDeadLetters:
    """Letters keep value, key and headers; `reason`, `topic`, `partition` and `offset` come behind them as headers:
    who asks for one by its name gets ours, also when the record had a header of that name.

    Whatever a record holds, its letter arrives: what makes it too large stays where it was, and the letter says so.
    """

    def __init__(self, *, brokers: str, topic: str, report_within_seconds: float = 10.0) -> None:
        self._topic = topic
        self._report_within_seconds = report_within_seconds
        self._producer = KafkaProducer(
            brokers=brokers,
            name="chat-worker",
            delivery_seconds=report_within_seconds,
            overrides={"message.max.bytes": 10_000_000},
        )

    def put(self, unfit: Sequence[Unfit], *, done: set[Spot]) -> None:
        """Raises DeadLettersUnavailable unless every letter is confirmed."""
        waiting = [one for one in unfit if _spot(one.record) not in done]
        for letters in (_whole, _without_value, _bare):
            faults = self._send(waiting, done=done, as_letter=letters)
            waiting = [one for one in waiting if _spot(one.record) not in done]
            if not waiting:
                return
            if lasting := [fault for fault in faults.values() if fault.code() not in TOO_LARGE]:
                raise DeadLettersUnavailable(str(lasting[0]))
        raise DeadLettersUnavailable("no delivery report")

    def _send(self, letters: Sequence[Unfit], *, done: set[Spot], as_letter: Any) -> dict[Spot, KafkaError]:
        """Why each letter that did not arrive did not."""
        records = []
        for one in letters:
            value, key, headers = as_letter(one)
            records.append(NewRecord(self._topic, value, key, headers))
        outcomes = self._producer.deliver(records, within_seconds=self._report_within_seconds + 1) if records else []
        faults: dict[Spot, KafkaError] = {}
        for one, fault in zip(letters, outcomes, strict=True):
            if fault is None:
                done.add(_spot(one.record))
            else:
                faults[_spot(one.record)] = fault
        return faults


def _whole(one: Unfit) -> tuple[bytes | None, bytes | None, Headers]:
    record = one.record
    return record.value, record.key, (*record.headers, *_origin(one))


def _without_value(one: Unfit) -> tuple[bytes | None, bytes | None, Headers]:
    record = one.record
    left = ("value-left-at-origin", str(len(record.value or b"")).encode())
    return None, record.key, (*record.headers, *_origin(one), left)


def _bare(one: Unfit) -> tuple[bytes | None, bytes | None, Headers]:
    """A record may be large by its key or its headers alone."""
    return None, None, (*_origin(one), ("record-left-at-origin", b""))


def _origin(one: Unfit) -> Iterator[tuple[str, bytes]]:
    record: Record = one.record
    yield "reason", one.reason.encode()
    yield "topic", record.topic.encode()
    yield "partition", str(record.partition).encode()
    yield "offset", str(record.offset).encode()


def _spot(record: Record) -> Spot:
    return record.place, record.offset
