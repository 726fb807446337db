"""Recorded events reach Kafka at least once, in order per key. The far side of the seam is a Kafka that can fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import pytest
from confluent_kafka import KafkaError, Message
from django.db import OperationalError, connection

from messaging.tests.kafka import until
from outbox.models import OutboxRow
from outbox.relay import LEADERSHIP, OutboxRelay
from salon_kit.kafka.producer import OnDelivered
from serving.leadership import lock_name, step_down, try_to_lead

pytestmark = pytest.mark.django_db(transaction=True)


class FakeKafka:
    """Takes every record, but for those it was told to refuse once."""

    def __init__(self, *refuse: str) -> None:
        self.log: list[str] = []
        self.refuse = list(refuse)

    def send(self, row: OutboxRow, on_delivered: OnDelivered) -> None:
        value = bytes(row.value).decode()
        message = cast(Message, None)
        if value in self.refuse:
            self.refuse.remove(value)
            on_delivered(KafkaError(KafkaError._MSG_TIMED_OUT), message)
        else:
            self.log.append(value)
            on_delivered(None, message)


def _recorded(*values: str) -> None:
    for value in values:
        OutboxRow.objects.create(topic="bookings", key=value[0], event_id=uuid4(), value=value.encode())


def _first_times(log: list[str], key: str) -> list[str]:
    return list(dict.fromkeys(value for value in log if value[0] == key))


def test_what_arrived_is_gone_from_the_outbox() -> None:
    kafka = FakeKafka()
    _recorded("a1", "b1", "a2")

    found = OutboxRelay(send=kafka.send).relay_some()

    assert (found, kafka.log, OutboxRow.objects.count()) == (3, ["a1", "b1", "a2"], 0)


def test_one_that_fails_holds_back_those_of_its_key_and_no_others() -> None:
    kafka = FakeKafka("a1")
    _recorded("a1", "b1", "a2", "b2")
    relay = OutboxRelay(send=kafka.send)

    relay.relay_some()

    assert [bytes(row.value) for row in OutboxRow.objects.order_by("id")] == [b"a1", b"a2"]
    relay.relay_some()
    assert OutboxRow.objects.count() == 0
    assert kafka.log[-2:] == ["a1", "a2"]
    assert _first_times(kafka.log, "b") == ["b1", "b2"]


def test_one_that_cannot_even_be_handed_over_holds_back_its_key() -> None:
    kafka = FakeKafka()
    full_once = iter([True])

    def send(row: OutboxRow, on_delivered: OnDelivered) -> None:
        if bytes(row.value) == b"a2" and next(full_once, False):
            raise BufferError
        kafka.send(row, on_delivered)

    _recorded("a1", "a2", "a3", "b1")
    relay = OutboxRelay(send=send)

    relay.relay_some()
    relay.relay_some()

    assert kafka.log == ["a1", "b1", "a2", "a3"]


def test_a_relay_that_dies_before_it_deletes_sends_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kafka = FakeKafka()
    _recorded("a1", "a2")
    dying = OutboxRelay(send=kafka.send)
    with monkeypatch.context() as patch:
        patch.setattr("outbox.topic_lane.forget_sent", _die)
        with pytest.raises(KeyboardInterrupt):
            dying.relay_some()

    OutboxRelay(send=kafka.send).relay_some()

    assert kafka.log == ["a1", "a2", "a1", "a2"]
    assert OutboxRow.objects.count() == 0


def _die(*_: Any) -> None:
    raise KeyboardInterrupt


def _lead_is_held_by() -> int | None:
    """MySQL's number of the leader's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT IS_USED_LOCK(%s)", [lock_name(LEADERSHIP)])
        (holder,) = cursor.fetchone()
    return None if holder is None else int(holder)


def test_one_relay_works_and_the_next_takes_over_when_it_ends(running: Callable[[OutboxRelay], None]) -> None:
    first, second = FakeKafka(), FakeKafka()
    leader = OutboxRelay(send=first.send)
    running(leader)
    _recorded("a1")
    until(lambda: first.log == ["a1"])
    running(OutboxRelay(send=second.send))

    _recorded("a2", "a3")
    until(lambda: len(first.log) == 3)
    was = _lead_is_held_by()
    leader.stop()
    # It may still be in the round that it had begun, and would rightly send what it finds there.
    until(lambda: _lead_is_held_by() not in {was, None})
    _recorded("a4")
    until(lambda: second.log == ["a4"])

    assert first.log == ["a1", "a2", "a3"]


def test_a_relay_whose_connection_is_killed_gives_up_the_lead_and_comes_back(
    running: Callable[[OutboxRelay], None],
) -> None:
    kafka = FakeKafka()
    running(OutboxRelay(send=kafka.send))
    _recorded("a1")
    until(lambda: not OutboxRow.objects.exists())

    with connection.cursor() as cursor:
        cursor.execute(f"KILL {_lead_is_held_by()}")
    _recorded("a2")

    until(lambda: kafka.log == ["a1", "a2"])


def test_an_event_leaves_within_a_few_hundredths_of_a_second(running: Callable[[OutboxRelay], None]) -> None:
    kafka = FakeKafka()
    relay = OutboxRelay(send=kafka.send)
    running(relay)
    _recorded("a0")
    until(lambda: kafka.log == ["a0"])

    delays: list[float] = []
    for number in range(1, 6):
        began = time.monotonic()
        _recorded(f"a{number}")
        until(lambda number=number: f"a{number}" in kafka.log)  # type: ignore[misc]
        delays.append(time.monotonic() - began)

    # The soonest: the others may have waited for this machine.
    assert min(delays) < 0.25
    assert relay.is_alive
    assert relay.is_ready


def test_the_lead_can_be_held_once(running: Callable[[OutboxRelay], None]) -> None:
    assert try_to_lead(LEADERSHIP, wait_seconds=0)
    kafka = FakeKafka()
    running(OutboxRelay(send=kafka.send))
    _recorded("a1")
    time.sleep(0.5)
    assert kafka.log == []

    step_down(LEADERSHIP)

    until(lambda: kafka.log == ["a1"])


def test_a_lost_database_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    relay = OutboxRelay(send=FakeKafka().send)
    attempts = iter([True])

    def work() -> None:
        if next(attempts, False):
            raise OperationalError(2006, "gone")
        relay.stop()

    monkeypatch.setattr(relay, "_work", work)

    relay.run()

    assert not list(attempts)
