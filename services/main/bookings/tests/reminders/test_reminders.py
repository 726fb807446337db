"""A customer is reminded a day and two hours before, of the time that the booking has then, and once each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking
from bookings.moving.services import reschedule_booking
from bookings.reminders.services import record_missing_reminders
from bookings.services import book_slot
from bookings.tests.races import wish_for
from due.models import DueAct
from due.services import carry_out, due_ids
from notifications.mails.words import in_words
from notifications.models import Notification
from notifications.notices import KNOWN
from notifications.services import deliver_notifications
from outbox.models import OutboxRow
from salon_contracts.events.reading import read_event
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def in_three_days(at_ten: datetime) -> datetime:
    return at_ten + 2 * DAY


@pytest.fixture
def booking(customer: Account, groomer: Groomer, treatment: Treatment, in_three_days: datetime) -> Booking:
    return book_slot(wish_for(groomer, treatment, in_three_days), by=By(customer.pk, timezone.now())).booking


def reminded_at(moment: datetime) -> list[Notification]:
    """What reminders are there by then: the worker did what was due, and the news was delivered."""
    for act_id in due_ids(now=moment, at_most=100):
        carry_out(act_id, now=moment)
    events = [read_event(bytes(row.value), known=KNOWN) for row in OutboxRow.objects.order_by("pk")]
    deliver_notifications(events=[event for event in events if isinstance(event, KNOWN)], now=moment)
    return list(Notification.objects.filter(kind="booking.reminder").order_by("created_at"))


def test_a_day_and_two_hours_before_and_once_each(booking: Booking) -> None:
    starts_at = booking.starts_at

    assert reminded_at(starts_at - DAY - HOUR) == []
    [first] = reminded_at(starts_at - DAY)
    assert (first.recipient_id, first.wants_mail, first.facts["before"]) == (booking.customer_id, True, "day")
    assert len(reminded_at(starts_at - 3 * HOUR)) == 1
    assert [one.facts["before"] for one in reminded_at(starts_at - 2 * HOUR)] == ["day", "hours"]
    assert len(reminded_at(starts_at + HOUR)) == 2


def test_a_booking_that_was_moved_is_reminded_of_at_its_new_time(booking: Booking) -> None:
    later = booking.starts_at + DAY
    reschedule_booking(booking.pk, starts_at=later, by=By(booking.customer_id, timezone.now()))

    assert reminded_at(later - DAY - HOUR) == []
    [reminder] = reminded_at(later - DAY)
    assert datetime.fromisoformat(reminder.facts["starts_at"]) == later


def test_of_a_cancelled_booking_nobody_is_reminded(booking: Booking) -> None:
    cancel_booking(booking.pk, by=By(booking.customer_id, timezone.now()))

    assert reminded_at(booking.starts_at - DAY) == []
    assert reminded_at(booking.starts_at - 2 * HOUR) == []


def test_who_has_just_moved_a_booking_is_not_reminded_at_once(booking: Booking) -> None:
    """Nor by what looks for bookings of the release before, which cannot know when it was moved."""
    moved_at = booking.starts_at + DAY - 10 * HOUR
    Booking.objects.update(booked_at=moved_at - 7 * DAY)
    reschedule_booking(booking.pk, starts_at=booking.starts_at + DAY, by=By(booking.customer_id, timezone.now()))
    DueAct.objects.all().delete()

    record_missing_reminders(now=moved_at)

    assert [act.kind for act in DueAct.objects.all()] == ["booking-reminder-hours"]


def test_who_books_shortly_before_is_not_reminded_at_once(
    customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    """About-to-begin mails seconds after booking are what customers of others complain of (pretix #1106)."""
    day_ahead = book_slot(wish_for(groomer, treatment, at_ten), by=By(customer.pk, at_ten - DAY - HOUR / 2))

    assert [act.kind for act in DueAct.objects.all()] == ["booking-reminder-hours"]
    assert reminded_at(day_ahead.booking.starts_at - DAY) == []


def test_a_reminder_that_comes_too_late_is_left_out(booking: Booking) -> None:
    """The worker was away: of the day before nothing is said in the last two hours, and nothing once it began."""
    assert [one.facts["before"] for one in reminded_at(booking.starts_at - HOUR)] == ["hours"]
    assert len(reminded_at(booking.starts_at + HOUR)) == 1


def test_nothing_is_said_once_it_began(booking: Booking) -> None:
    assert reminded_at(booking.starts_at) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_mail_is_in_the_customer_s_language_by_the_salon_s_clocks(
    customer: Account, groomer: Groomer, treatment: Treatment, language: str
) -> None:
    groomer.salon.time_zone = "America/New_York"
    groomer.salon.save()
    zone = groomer.salon.zone
    starts_at = datetime.combine(timezone.now().astimezone(zone).date() + 3 * DAY, datetime.min.time(), tzinfo=zone)
    starts_at = starts_at.replace(hour=10)
    with translation.override(language):
        book_slot(wish_for(groomer, treatment, starts_at), by=By(customer.pk, timezone.now()))

    [reminder] = reminded_at(starts_at - DAY)
    _, body = in_words(reminder)

    expected = {"ko": f"{starts_at:%Y년 %m월 %d일 10:00}", "en": f"{starts_at:%Y-%m-%d} 10:00 (America/New_York)"}
    assert expected[language] in body


def test_bookings_that_the_release_before_made_are_reminded_of_too(booking: Booking) -> None:
    DueAct.objects.all().delete()
    now = booking.starts_at - DAY - HOUR / 2
    Booking.objects.update(booked_at=now - DAY)

    record_missing_reminders(now=now)
    record_missing_reminders(now=now)

    assert DueAct.objects.count() == 2
    assert len(reminded_at(booking.starts_at - 2 * HOUR)) == 1
