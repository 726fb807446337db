"""Booking what was held and is paid for: also a little late, where nobody else has the time by then."""

from __future__ import annotations

from uuid import UUID

from api.callers.acting import By
from bookings.holds.errors import HoldHasEnded
from bookings.holds.kept_visit import asked_of, kept
from bookings.holds.queries import hold_of
from bookings.holds.services import end_hold, locked_hold
from bookings.holds.states import HoldState
from bookings.models import Booking, Hold, names_of
from bookings.queries import bookings_of
from bookings.services import booking_at, write_booking
from bookings.visits.asked import locked_dogs


def book_paid(hold_id: UUID, *, language: str, by: By) -> Booking:
    """In the transaction of the caller, who holds the account's row. What is booked already is given as it is.

    Raises NotFound, HoldHasEnded where its customer let it go, and what `book_held` does of slots and limits.
    """
    asked = asked_of(hold_of(account_id=by.account_id, hold_id=hold_id))
    dogs = locked_dogs(asked, customer_id=by.account_id)
    hold = locked_hold(hold_id, by=by, treatments=asked)
    if hold.state == HoldState.BOOKED:
        return bookings_of(account_id=by.account_id).get(pk=hold.pk)
    if hold.state == HoldState.RELEASED:
        raise HoldHasEnded(state=hold.state)
    booking = booking_at(kept(hold, dogs=dogs), [hold.groomer], starts_at=hold.starts_at, by=by, held=hold)
    booking.language = language
    end_hold(hold, "book" if hold.state == HoldState.HELD else "book_late", now=by.now)
    write_booking(booking, by=by)
    return booking


def insist_on_bookable(hold: Hold, *, by: By) -> None:
    """The caller holds the hold's row. Raises what `book_held` does of slots and limits."""
    booking_at(kept(hold, dogs={}), [hold.groomer], starts_at=hold.starts_at, by=by, held=hold)


def title_of(hold: Hold) -> str:
    return f"{hold.groomer.salon.name} {names_of(kept(hold, dogs={}))}"
