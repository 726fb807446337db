"""What is booked, what is held, and when groomers are away."""

from __future__ import annotations

from bookings.models.booking import LONGEST, BookedTreatment, Booking, Move, names_of
from bookings.models.hold import Hold
from bookings.models.time_off import TimeOff
from bookings.models.waiting import WaitlistEntry

__all__ = ["LONGEST", "BookedTreatment", "Booking", "Hold", "Move", "TimeOff", "WaitlistEntry", "names_of"]
