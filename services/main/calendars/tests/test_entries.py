"""A booking stays one entry of the calendar, whatever becomes of it, and old ones go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking
from bookings.moving.services import reschedule_booking
from calendars import queries
from calendars.queries import SHOWN_BACK
from calendars.tests.conftest import SecretOf, events_of, get

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def _only(secret: str) -> Any:
    [event] = events_of(get(secret))
    return event


def test_it_keeps_its_uid_and_its_sequence_rises_over_moves_until_it_is_cancelled(
    booking: Booking, customer: Account, secret_of: SecretOf
) -> None:
    secret, by = secret_of(customer), By(customer.pk, timezone.now())
    seen = [_only(secret)]
    reschedule_booking(booking.pk, starts_at=booking.starts_at + 3 * HOUR, by=by)
    seen.append(_only(secret))
    cancel_booking(booking.pk, by=By(customer.pk, by.now + timedelta(minutes=5)))
    seen.append(_only(secret))

    assert {event.uid.value for event in seen} == {str(booking.pk)}
    assert [event.sequence.value for event in seen] == ["0", "1", "2"]
    assert [event.status.value for event in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert seen[1].dtstart.value - seen[0].dtstart.value == 3 * HOUR
    stamps = [event.dtstamp.value for event in seen]
    assert stamps == sorted(stamps)
    assert stamps[2] > stamps[1]
    assert all(event.contents["last-modified"][0].value for event in seen)


def _at(booking: Booking, starts_at: datetime) -> None:
    Booking.objects.filter(pk=booking.pk).update(starts_at=starts_at, ends_at=starts_at + HOUR)


@pytest.mark.parametrize(("ago", "count"), [(SHOWN_BACK - HOUR, 1), (SHOWN_BACK + HOUR, 0)])
def test_what_was_long_ago_is_left_out(
    booking: Booking, customer: Account, secret_of: SecretOf, ago: timedelta, count: int
) -> None:
    _at(booking, timezone.now() - ago)

    assert len(events_of(get(secret_of(customer)))) == count


def test_what_was_cancelled_is_left_out_after_a_while(booking: Booking, customer: Account, secret_of: SecretOf) -> None:
    cancel_booking(booking.pk, by=By(customer.pk, timezone.now()))
    Booking.objects.filter(pk=booking.pk).update(cancelled_at=timezone.now() - SHOWN_BACK - HOUR)

    assert events_of(get(secret_of(customer))) == []


def test_of_very_many_the_next_ones_are_shown(
    booking: Booking, customer: Account, secret_of: SecretOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Booking.objects.get(pk=booking.pk)
    later.pk = None
    later.starts_at, later.ends_at = booking.starts_at + 24 * HOUR, booking.ends_at + 24 * HOUR
    later.save(force_insert=True)
    monkeypatch.setattr(queries, "MOST_ENTRIES", 1)

    assert _only(secret_of(customer)).uid.value == str(booking.pk)
