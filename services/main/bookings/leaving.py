"""An account that is deleted (accounts/leaving): not before its bookings are over."""

from __future__ import annotations

from datetime import datetime

from accounts.errors import AccountIsNeeded
from bookings.models import Booking


def insist_on_none_ahead(*, account_id: int, now: datetime) -> None:
    """The caller holds the account's row, as whoever books does. Raises AccountIsNeeded."""
    ahead = Booking.objects.filter(customer_id=account_id, status=Booking.Status.CONFIRMED, ends_at__gt=now).count()
    if ahead:
        raise AccountIsNeeded(bookings_ahead=ahead)
