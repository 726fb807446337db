"""An account that is deleted (accounts/leaving): not before its bookings are over; what it holds is free."""

from __future__ import annotations

from datetime import datetime

from accounts.errors import AccountIsNeeded
from bookings.models import Booking, Hold, WaitlistEntry
from bookings.waitlist.offering import offer_freed
from bookings.waitlist.states import OVER
from salons.models import Groomer
from salons.slots import Slot


def insist_on_none_ahead(*, account_id: int, now: datetime) -> None:
    """The caller holds the account's row, as whoever books does. Raises AccountIsNeeded."""
    ahead = Booking.objects.filter(customer_id=account_id, status=Booking.Status.CONFIRMED, ends_at__gt=now).count()
    if ahead:
        raise AccountIsNeeded(bookings_ahead=ahead)


def forget_holds(*, account_id: int, now: datetime) -> None:
    """And waits for nothing; what was held is offered to who waits. The caller holds the account's row."""
    holds = Hold.objects.filter(customer_id=account_id)
    entries = WaitlistEntry.objects.filter(customer_id=account_id)
    # Any of these may be offering to it, or ending what it holds. By their ids alone: nobody else's row is waited for.
    salons = list(entries.exclude(state__in=OVER).values_list("salon_id", flat=True))
    groomers = set(Groomer.objects.filter(salon_id__in=salons).values_list("pk", flat=True))
    groomers.update(holds.standing(now=now).values_list("groomer_id", flat=True))
    list(Groomer.objects.select_for_update().filter(pk__in=groomers).order_by("pk").values_list("pk", flat=True))
    freed = list(holds.standing(now=now).select_related("groomer__salon"))
    entries.delete()
    holds.delete()
    for hold in freed:
        offer_freed(hold.groomer, Slot(hold.starts_at, hold.ends_at), now=now)
