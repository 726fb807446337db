"""What a mail about a booking brings for the calendar: an invitation, that it was moved, or that it is cancelled.

The same entry each time, by its UID, with a SEQUENCE that rises (RFC 5546, RFC 6047); the feed of one's bookings has it
under the same UID (calendars).
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings

from ical.entries import Entry, Participant, invitation, method_of
from notifications.models import Notification

_KINDS = {"booking.confirmed", "booking.rescheduled", "booking.cancelled"}
# Of a mail that waited while an older release wrote its facts, some may be missing.
_NEEDED = {"booking_id", "sequence", "starts_at", "ends_at"}


class CalendarPart(NamedTuple):
    """`text` of a part of the type `media_type`."""

    text: str
    media_type: str


def calendar_part(notification: Notification) -> CalendarPart | None:
    """None where there is nothing for the calendar in it, or too little."""
    facts = notification.facts
    if notification.kind not in _KINDS or not facts.keys() >= _NEEDED:
        return None
    entry = Entry(
        uid=facts["booking_id"],
        sequence=int(facts["sequence"]),
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.fromisoformat(facts["ends_at"]),
        title=f"{facts['treatment_name']} · {facts['salon_name']}",
        place=facts.get("salon_address", facts["salon_name"]),
        is_cancelled=notification.kind == "booking.cancelled",
        changed_at=notification.created_at,
    )
    _, from_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    written = invitation(
        entry,
        organizer=Participant(address=from_address, name=facts["salon_name"]),
        attendee=Participant(address=notification.recipient.email, name=notification.recipient.name),
    )
    return CalendarPart(written.decode(), f"text/calendar; method={method_of(entry)}")
