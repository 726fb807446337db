"""An event and the change it tells of are committed together, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog
from django.db import transaction

from outbox.models import OutboxRow
from outbox.services import NotInTransaction, record
from salon_contracts.events.bookings import BookingCancelledV1
from salon_contracts.events.reading import read_event
from salon_kit.tracing import NoTrace

pytestmark = pytest.mark.django_db(transaction=True)


def _event() -> BookingCancelledV1:
    return BookingCancelledV1(
        trace_id="click-0001",
        booking_id=uuid4(),
        customer_id=1,
        groomer_id=2,
        groomer_account_id=3,
        salon_name="보들보들 살롱",
        treatment_name="목욕",
        starts_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
        cancelled_by=1,
    )


def test_what_is_recorded_can_be_read_as_the_same_event() -> None:
    event = _event()

    with transaction.atomic():
        record(event)

    row = OutboxRow.objects.get()
    assert (row.topic, row.key, row.event_id) == ("bookings", str(event.booking_id), event.event_id)
    assert read_event(bytes(row.value), known=[BookingCancelledV1]) == event


def test_outside_a_transaction_nothing_can_be_recorded() -> None:
    with pytest.raises(NotInTransaction):
        record(_event())

    assert not OutboxRow.objects.exists()


def test_what_no_click_began_is_not_recorded() -> None:
    structlog.contextvars.clear_contextvars()

    with pytest.raises(NoTrace), transaction.atomic():
        record(_event())

    assert not OutboxRow.objects.exists()


def test_an_event_of_a_change_that_is_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        record(_event())
        transaction.set_rollback(True)

    assert not OutboxRow.objects.exists()
