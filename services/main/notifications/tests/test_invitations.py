"""A mail about a booking brings what a calendar needs: the same entry each time, and a sequence that rises."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
import vobject  # type: ignore[import-untyped]
from django.core import mail

from accounts.models import Account
from notifications.mails.of_bookings import send_waiting_mails
from notifications.models import Notification
from notifications.services import deliver_notifications
from notifications.tests.conftest import cancelled, confirmed, rescheduled

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def _mailed_to(account: Account) -> list[EmailMessage]:
    """As its bytes go to the server."""
    send_waiting_mails(now=NOW)
    mine = [one for one in mail.outbox if one.to == [account.email]]
    return [message_from_bytes(one.message().as_bytes(linesep="\r\n"), policy=policy.default) for one in mine]


def _calendar_in(message: EmailMessage) -> tuple[Any, Any]:
    assert message.get_content_type() == "multipart/alternative"
    words, part = message.iter_parts()
    assert words.get_content_type() == "text/plain"
    [calendar] = list(vobject.readComponents(part.get_content()))
    return part, calendar


def test_booked_moved_and_cancelled_are_one_entry(customer: Account, groomer: Account) -> None:
    booking_id, ends_at = uuid4(), NOW.replace(hour=6)
    more = {"booking_id": booking_id, "salon_address": "서울 중구 세종대로 1, 2층; 몽실"}
    moved = rescheduled(customer, groomer).model_copy(update={**more, "sequence": 1})
    at_last = cancelled(customer, groomer, by=groomer).model_copy(update={**more, "sequence": 2, "ends_at": ends_at})

    deliver_notifications(events=[confirmed(customer, groomer).model_copy(update=more), moved, at_last], now=NOW)

    found = [_calendar_in(message) for message in _mailed_to(customer)]
    found.sort(key=lambda one: one[1].vevent.sequence.value)
    assert [part["Content-Type"].params["method"] for part, _ in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [calendar.method.value for _, calendar in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {part["Content-Type"].params["charset"] for part, _ in found} == {"utf-8"}
    events = [calendar.vevent for _, calendar in found]
    assert {event.uid.value for event in events} == {str(booking_id)}
    assert [event.sequence.value for event in events] == ["0", "1", "2"]
    assert [event.status.value for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {event.location.value for event in events} == {more["salon_address"]}
    assert {event.attendee.value for event in events} == {f"mailto:{customer.email}"}
    assert {event.organizer.value for event in events} == {"mailto:no-reply@daengdaeng.salon"}
    assert events[1].dtstart.value == moved.starts_at


def test_both_sides_get_one_and_nobody_reads_who_the_other_is(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)

    for account, other in ((customer, groomer), (groomer, customer)):
        [message] = _mailed_to(account)
        part, calendar = _calendar_in(message)
        assert calendar.vevent.attendee.value == f"mailto:{account.email}"
        assert other.email not in part.get_content()


def test_a_cancellation_of_which_too_little_is_known_is_mailed_without(customer: Account, groomer: Account) -> None:
    """The release before says neither its end nor its sequence."""
    deliver_notifications(events=[cancelled(customer, groomer, by=groomer)], now=NOW)

    [message] = _mailed_to(customer)

    assert message.get_content_type() == "text/plain"


def test_a_reminder_brings_nothing_for_the_calendar(customer: Account, groomer: Account) -> None:
    deliver_notifications(events=[confirmed(customer, groomer)], now=NOW)
    Notification.objects.filter(recipient=customer).update(kind="booking.reminder")

    [message] = _mailed_to(customer)

    assert message.get_content_type() == "text/plain"


def test_names_cannot_add_to_it(customer: Account, groomer: Account) -> None:
    Account.objects.filter(pk=customer.pk).update(name='보리"\r\nATTENDEE:mailto:x@y.z\r\n;,:')
    event = confirmed(customer, groomer).model_copy(update={"salon_name": "몽실\r\nBEGIN:VALARM\r\n;,:"})

    deliver_notifications(events=[event], now=NOW)

    _, calendar = _calendar_in(_mailed_to(customer)[0])
    assert len(calendar.vevent.contents["attendee"]) == 1
    assert "valarm" not in calendar.vevent.contents
