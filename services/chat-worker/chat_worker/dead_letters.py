"""Where a record goes that cannot become a message: `chat-messages-dlq`, as it was, with the reason beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, cast

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from chat_worker.batch import Letter
from salon_contracts.logs import get_logger

log = get_logger(__name__)

# The broker weighs the record with its new headers, so one that just fitted may not fit any more.
TOO_LARGE = (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG_SIZE)


class DeadLettersUnavailable(Exception):
    """The broker did not confirm a letter: do not commit, come again later."""


class DeadLetters(Protocol):
    def put(self, letters: Sequence[Letter], *, sent: set[tuple[int, int]]) -> None:
        """Set these aside and wait until the broker has them. `sent` remembers (partition, offset) over retries."""


class KafkaDeadLetters:
    """Letters keep value, key and headers; `reason`, `topic`, `partition` and `offset` are added as headers."""

    def __init__(self, *, brokers: str, topic: str, report_within_seconds: float = 10.0) -> None:
        self._topic = topic
        self._report_within_seconds = report_within_seconds
        self._producer = Producer(
            {
                "bootstrap.servers": brokers,
                "client.id": "chat-worker",
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 0,
                "message.max.bytes": 10_000_000,
                "message.timeout.ms": int(report_within_seconds * 1000),
            }
        )

    def put(self, letters: Sequence[Letter], *, sent: set[tuple[int, int]]) -> None:
        """Raises DeadLettersUnavailable unless every letter is confirmed."""
        faults: dict[tuple[int, int], KafkaError] = {}
        waiting = [letter for letter in letters if _place(letter) not in sent]
        self._send(waiting, sent=sent, faults=faults, with_value=True)
        too_large = [letter for letter in waiting if _is_too_large(faults.get(_place(letter)))]
        for letter in too_large:
            del faults[_place(letter)]
        self._send(too_large, sent=sent, faults=faults, with_value=False)
        if any(_place(letter) not in sent for letter in waiting):
            raise DeadLettersUnavailable(str(next(iter(faults.values()), "no delivery report")))

    def _send(
        self,
        letters: Sequence[Letter],
        *,
        sent: set[tuple[int, int]],
        faults: dict[tuple[int, int], KafkaError],
        with_value: bool,
    ) -> None:
        for letter in letters:
            record = letter.record
            headers: list[tuple[str, Any]] = [
                ("reason", letter.reason.encode()),
                ("topic", record.topic.encode()),
                ("partition", str(record.partition).encode()),
                ("offset", str(record.offset).encode()),
                *record.headers,
            ]
            if not with_value:
                headers.append(("value-left-at-origin", str(len(record.value or b"")).encode()))
            try:
                self._producer.produce(
                    self._topic,
                    value=record.value if with_value else None,
                    key=record.key,
                    headers=headers,
                    on_delivery=partial(_note, place=_place(letter), sent=sent, faults=faults),
                )
            except KafkaException as error:
                faults[_place(letter)] = cast(KafkaError, error.args[0])
            except BufferError as error:
                raise DeadLettersUnavailable(str(error)) from error
        if letters:
            self._producer.flush(self._report_within_seconds + 1)


def _note(
    error: KafkaError | None,
    _message: Message,
    *,
    place: tuple[int, int],
    sent: set[tuple[int, int]],
    faults: dict[tuple[int, int], KafkaError],
) -> None:
    if error is None:
        sent.add(place)
    else:
        faults[place] = error


def _place(letter: Letter) -> tuple[int, int]:
    return letter.record.partition, letter.record.offset


def _is_too_large(error: KafkaError | None) -> bool:
    return error is not None and error.code() in TOO_LARGE
