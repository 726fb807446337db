"""Where a record goes that cannot become a message: `chat-messages-dlq`, as it was, with the reason beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, cast

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from salon_kit.kafka.consumer_loop import NotNow
from salon_kit.kafka.options import of_producer
from salon_kit.kafka.records import Place, Record, Unfit
from salon_kit.logs import get_logger

log = get_logger(__name__)

# The broker weighs the record with its new headers, so one that just fitted may not fit any more.
TOO_LARGE = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG_SIZE, KafkaError.INVALID_RECORD)

Spot = tuple[Place, int]
Headers = list[tuple[str, Any]]


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
        timeout_ms = int(report_within_seconds * 1000)
        self._producer = Producer(
            {
                **of_producer(brokers=brokers, name="chat-worker", delivery_timeout_ms=timeout_ms),
                "message.max.bytes": 10_000_000,
            },
            logger=logging.getLogger("librdkafka"),
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
        faults: dict[Spot, KafkaError] = {}
        for one in letters:
            spot = _spot(one.record)
            value, key, headers = as_letter(one)
            on_delivery = partial(_note, spot=spot, done=done, faults=faults)
            try:
                self._producer.produce(self._topic, value=value, key=key, headers=headers, on_delivery=on_delivery)
            except KafkaException as error:
                faults[spot] = cast(KafkaError, error.args[0])
            except BufferError:
                self._producer.flush(self._report_within_seconds + 1)
                faults[spot] = KafkaError(KafkaError._QUEUE_FULL)  # noqa: SLF001  # its public name
        if letters:
            self._producer.flush(self._report_within_seconds + 1)
        return faults


def _whole(one: Unfit) -> tuple[bytes | None, bytes | None, Headers]:
    record = one.record
    return record.value, record.key, [*record.headers, *_origin(one)]


def _without_value(one: Unfit) -> tuple[bytes | None, bytes | None, Headers]:
    record = one.record
    left = ("value-left-at-origin", str(len(record.value or b"")).encode())
    return None, record.key, [*record.headers, *_origin(one), left]


def _bare(one: Unfit) -> tuple[bytes | None, bytes | None, Headers]:
    """A record may be large by its key or its headers alone."""
    return None, None, [*_origin(one), ("record-left-at-origin", b"")]


def _origin(one: Unfit) -> Iterator[tuple[str, Any]]:
    record: Record = one.record
    yield "reason", one.reason.encode()
    yield "topic", record.topic.encode()
    yield "partition", str(record.partition).encode()
    yield "offset", str(record.offset).encode()


def _note(
    error: KafkaError | None, _message: Message, *, spot: Spot, done: set[Spot], faults: dict[Spot, KafkaError]
) -> None:
    if error is None:
        done.add(spot)
    else:
        faults[spot] = error


def _spot(record: Record) -> Spot:
    return record.place, record.offset
