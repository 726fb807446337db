"""One record of a log, untouched, and what to do about those at which the client library itself stumbles."""

from __future__ import annotations

import operator
from typing import NamedTuple

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, KafkaError, Message

Place = tuple[str, int]
"""Topic and partition."""

Headers = tuple[tuple[str, bytes | None], ...]

# What cannot be unpacked stays so however often it is fetched. Anything else that a consumer is told may pass.
BROKEN = frozenset(
    {
        KafkaError._BAD_MSG,  # noqa: SLF001  # their public names
        KafkaError._BAD_COMPRESSION,  # noqa: SLF001
        KafkaError._UNDERFLOW,  # noqa: SLF001
        KafkaError._NOT_IMPLEMENTED,  # noqa: SLF001
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_MSG_SIZE,
        KafkaError.MSG_SIZE_TOO_LARGE,
    }
)
TRIES_BEFORE_SKIPPING = 3


class Record(NamedTuple):
    """`fault` says why the client library could not read it, or not all of it.

    `written_at`: seconds since 1970 by the clock of who wrote it, where that is known.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    fault: str | None = None
    written_at: float | None = None

    @property
    def place(self) -> Place:
        return self.topic, self.partition


class Unfit(NamedTuple):
    """A record that can never be applied, and why. The reason is short and printable."""

    record: Record
    reason: str


def record_of(message: Message) -> Record:
    """Never raises, whatever stands in the message."""
    headers, fault = _headers_of(message)
    return Record(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        key=_bytes(message.key()),
        value=_bytes(message.value()),
        headers=headers,
        fault=fault,
        written_at=_written_at(message),
    )


def _written_at(message: Message) -> float | None:
    kind, milliseconds = message.timestamp()
    return None if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds / 1000


# Not `message.headers()`: where a name is not UTF-8 the library returns a list with holes in it and an exception beside
# it. Python looks for that contradiction in a call from C, but no longer in a call of its own that has become hot:
# taking the list apart then ended the process (SIGSEGV).
_call_headers = operator.methodcaller("headers")


def _headers_of(message: Message) -> tuple[Headers, str | None]:
    try:
        return tuple((name, _bytes(value)) for name, value in _call_headers(message) or ()), None
    except (SystemError, ValueError):
        # The library decodes names of headers as UTF-8, and fails with a SystemError where they are not.
        return (), "a header's name is not UTF-8"


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


class Stumbles:
    """Counts how often each partition could not be read on, until that is no accident any more."""

    def __init__(self) -> None:
        self._times: dict[Place, int] = {}

    def is_for_good(self, place: Place) -> bool:
        """One more time at this place. True from the third on: one offset is to be skipped each time."""
        self._times[place] = self._times.get(place, 0) + 1
        return self._times[place] >= TRIES_BEFORE_SKIPPING

    def went_on(self, place: Place) -> None:
        self._times.pop(place, None)


def broken_record(place: Place, offset: int, error: KafkaError) -> Record:
    """Stands for what nobody can read."""
    return Record(*place, offset, key=None, value=None, fault=f"the client library cannot read it: {error.name()}")
