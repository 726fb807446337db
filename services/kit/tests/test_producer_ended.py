"""Ending a client while others hand it records, in each order that threads can come in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Message

from salon_kit.kafka import producer as module
from salon_kit.kafka.options import of_producer
from salon_kit.kafka.producer import KafkaProducer, NewRecord


class _EndedAt:
    """Numbers records; at the next one somebody else ends the client."""

    def __init__(self, client: module._Client) -> None:
        self._client = client

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        self._client.end()
        return 1


class _EndedWhileProducing:
    def __init__(self, client: module._Client) -> None:
        self._client, self._real = client, client._producer

    def produce(self, *_args: Any, **_options: Any) -> None:
        self._client.end()
        raise BufferError("full")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_a_record_that_comes_while_its_client_is_ended_is_refused_or_reported_and_never_both_or_neither() -> None:
    reports: list[tuple[bytes | str | None, KafkaError | None]] = []

    def note(error: KafkaError | None, message: Message) -> None:
        reports.append((message.value(), error))

    options = of_producer(brokers="127.0.0.1:1", name="test", delivery_timeout_ms=1_000)

    before, meanwhile = module._Client(options), module._Client(options)
    before._numbers = _EndedAt(before)  # type: ignore[assignment]
    with pytest.raises(KafkaException):
        before.take(NewRecord("topic", b"1", None), note)
    assert reports == []

    meanwhile._producer = _EndedWhileProducing(meanwhile)  # type: ignore[assignment]
    meanwhile.take(NewRecord("topic", b"2", None), note)
    assert [(value, error and error.name()) for value, error in reports] == [(b"2", "_PURGE_INFLIGHT")]


def test_reports_are_served_on_when_serving_them_has_failed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread is the only one that does: without it nobody would hear of any record again."""
    served: list[float] = []

    def poll(_client: module._Client, seconds: float) -> None:
        served.append(seconds)
        time.sleep(0.01)
        if len(served) == 1:
            raise MemoryError

    monkeypatch.setattr(module._Client, "poll", poll)
    producer = KafkaProducer(brokers="127.0.0.1:1", name="test")
    producer.start()
    until = time.monotonic() + 5
    while len(served) < 3 and time.monotonic() < until:
        time.sleep(0.05)

    producer.close(flush_seconds=0)
    assert len(served) >= 3
