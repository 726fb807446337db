"""Two relays after a lost lock: nothing old arrives behind what the new one sends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import cast
from uuid import uuid4

import pytest
from confluent_kafka import Message
from django.db import connection

from messaging.tests.kafka import until
from outbox import lease
from outbox.models import OutboxRow
from outbox.relay import LEADERSHIP, OutboxRelay
from salon_kit.kafka.producer import OnDelivered
from serving.leadership import lock_name

pytestmark = pytest.mark.django_db(transaction=True)
UNDER_WAY_SECONDS = 1.0


class SlowNetwork:
    """What is handed over arrives a while later, whatever has become of its sender by then."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def send(self, row: OutboxRow, on_delivered: OnDelivered) -> None:
        def arrive() -> None:
            self.log.append(bytes(row.value).decode())
            on_delivered(None, cast(Message, None))

        threading.Timer(UNDER_WAY_SECONDS, arrive).start()


def _recorded(value: str) -> None:
    OutboxRow.objects.create(topic="coupon-events", key="spring", event_id=uuid4(), value=value.encode())


def _holder() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT IS_USED_LOCK(%s)", [lock_name(LEADERSHIP)])
        (holder,) = cursor.fetchone()
    return None if holder is None else int(holder)


def _play(running: Callable[[OutboxRelay], None]) -> list[str]:
    """The first relay loses its lock with a revision under way, and the second has that one and a newer one."""
    network = SlowNetwork()
    handed_over: list[int] = []

    def send_slowly(row: OutboxRow, on_delivered: OnDelivered) -> None:
        handed_over.append(row.pk)
        network.send(row, on_delivered)

    def send_at_once(row: OutboxRow, on_delivered: OnDelivered) -> None:
        network.log.append(bytes(row.value).decode())
        on_delivered(None, cast(Message, None))

    first = OutboxRelay(send=send_slowly)
    running(first)
    until(_holder)
    _recorded("revision 1")
    until(lambda: handed_over)
    was = _holder()
    running(OutboxRelay(send=send_at_once))
    first._stopping.set()  # it must not come back before the second
    with connection.cursor() as cursor:
        cursor.execute(f"KILL {was}")
    _recorded("revision 2")
    until(lambda: not OutboxRow.objects.exists())
    until(lambda: len(network.log) >= 3)
    return network.log


def test_the_newest_revision_is_the_last_one(
    running: Callable[[OutboxRelay], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_SECONDS", UNDER_WAY_SECONDS + 0.5)

    assert _play(running)[-1] == "revision 2"


def test_without_the_lease_an_old_revision_would_be_last(
    running: Callable[[OutboxRelay], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.0)

    assert _play(running)[-1] == "revision 1"


def test_a_relay_whose_term_has_ended_sends_nothing_more(running: Callable[[OutboxRelay], None]) -> None:
    old, new = lease.Lease(), lease.Lease()
    old.begin()
    old.renew()

    waits = new.begin()
    new.renew()

    assert lease.LEASE_SECONDS - 1 < waits <= lease.LEASE_SECONDS
    with pytest.raises(lease.LostLease):
        old.settle()
    new.settle()
    assert lease.Lease().begin() == 0.0


def test_a_relay_that_stops_waits_for_what_is_under_way_and_sends_nothing_more(
    running: Callable[[OutboxRelay], None],
) -> None:
    reports: list[OnDelivered] = []
    relay = OutboxRelay(send=lambda _row, on_delivered: reports.append(on_delivered))
    running(relay)
    _recorded("revision 1")
    until(lambda: len(reports) == 1)

    relay.stop()
    _recorded("revision 2")
    began = time.monotonic()
    reports[0](None, cast(Message, None))
    until(lambda: _holder() is None)

    assert time.monotonic() - began < 3
    assert [bytes(row.value) for row in OutboxRow.objects.all()] == [b"revision 2"]
    assert lease.Lease().begin() == 0.0
