"""How much of the groomers' time one customer may hold."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.day_limit import DAY, seconds_to_wait
from bookings.errors import BookedThen, TooManyBookings, TooManyMoves, TooManyNewBookings
from bookings.models import LONGEST, Booking, Move
from salons.slots import Slot

# A home with two dogs that both come every week, as far ahead as slots are offered (60 days), has 18.
MAX_UPCOMING = 20
# Each is told to the customer and the groomer by mail, again when it is cancelled, and at every move: all that one
# customer can do in a day is fewer mails than a groomer gets in one (notifications.mails.of_bookings.MAILS_A_DAY).
MAX_NEW_A_DAY = 20
MAX_MOVES_A_DAY = 10


def check_limits(*, customer_id: int, slot: Slot, now: datetime, moving: Booking | None = None) -> None:
    """The caller holds the customer's row. Of one that moves only the time is looked at.

    Raises BookedThen, TooManyBookings, TooManyNewBookings.
    """
    theirs = Booking.objects.filter(customer_id=customer_id)
    confirmed = theirs.filter(status=Booking.Status.CONFIRMED)
    if moving is not None:
        insist_on_nothing_then(confirmed.exclude(pk=moving.pk), slot)
        return
    insist_on_nothing_then(confirmed, slot)
    if confirmed.filter(starts_at__gt=now).count() >= MAX_UPCOMING:
        raise TooManyBookings(max_upcoming=MAX_UPCOMING)
    # One that was made within a day begins later than a day ago, which the index finds.
    lately = theirs.filter(starts_at__gt=now - DAY)
    seconds = seconds_to_wait(lately, made_at="booked_at", at_most=MAX_NEW_A_DAY, now=now)
    if seconds is not None:
        raise TooManyNewBookings(max_a_day=MAX_NEW_A_DAY, retry_after_seconds=seconds)


def check_moves(*, customer_id: int, now: datetime) -> None:
    """The caller holds the customer's row. Raises TooManyMoves."""
    # What was moved within a day begins later than a day ago, which the index finds.
    theirs = Move.objects.filter(booking__customer_id=customer_id, booking__starts_at__gt=now - DAY)
    seconds = seconds_to_wait(theirs, made_at="moved_at", at_most=MAX_MOVES_A_DAY, now=now)
    if seconds is not None:
        raise TooManyMoves(max_a_day=MAX_MOVES_A_DAY, retry_after_seconds=seconds)


def insist_on_nothing_then(confirmed: QuerySet[Booking], slot: Slot) -> None:
    then = confirmed.filter(
        starts_at__lt=slot.ends_at, starts_at__gt=slot.starts_at - LONGEST, ends_at__gt=slot.starts_at
    ).first()
    if then is not None:
        raise BookedThen(booking_id=str(then.pk))
