"""A groomer's times off: added, and removed. What is booked is not overruled by either."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.language import words
from bookings.models import LONGEST, Booking, Hold, TimeOff
from bookings.time_off.errors import TimeOffMeetsBookings, TimeOffMeetsHold, TooMuchTimeOff
from bookings.time_off.queries import time_off_of
from bookings.waitlist.offering import offer_freed
from idempotency.errors import WhatItMadeIsGone
from idempotency.services import made_by_same_request, note_carried_out
from salon_contracts.http.problem import Forbidden, InvalidInput, NotFound
from salons.models import Groomer
from salons.slots import Slot

# Two a week, for two years.
MAX_UPCOMING = 200
LASTS_AT_MOST = timedelta(days=366)
BEGINS_AT_MOST_AHEAD = timedelta(days=2 * 366)
_SHOWN = 20


class Added(NamedTuple):
    time_off: TimeOff
    is_new: bool


def add_time_off(*, starts_at: datetime, ends_at: datetime, note: str, by: By) -> Added:
    """The same request again changes nothing and gives what it made.

    Raises InvalidInput, TimeOffMeetsBookings, TimeOffMeetsHold, TooMuchTimeOff, KeyUsedForAnother, WhatItMadeIsGone;
    Forbidden for a groomer's account that stands for no groomer, or is none any more.
    """
    _check_times(starts_at, ends_at, now=by.now)
    with transaction.atomic(durable=True):
        # The account before the groomer (docs/locking.md): the kept key points to it, and waits for it otherwise.
        lock_account(account_id=by.account_id, acts_as=Account.Role.GROOMER)
        # Whoever books time of this groomer waits here, or has been waited for.
        groomer = Groomer.objects.select_for_update().filter(account_id=by.account_id).first()
        if groomer is None:
            raise Forbidden
        if (made := made_by_same_request(by=by)) is not None:
            return Added(_still_there(made, by=by), is_new=False)
        if time_off_of(account_id=by.account_id).filter(ends_at__gt=by.now).count() >= MAX_UPCOMING:
            raise TooMuchTimeOff(max_upcoming=MAX_UPCOMING)
        _refuse_over_bookings(groomer, starts_at, ends_at, now=by.now)
        added = TimeOff.objects.create(groomer=groomer, starts_at=starts_at, ends_at=ends_at, note=note)
        note_carried_out(added.pk, by=by)
    return Added(added, is_new=True)


def remove_time_off(time_off_id: UUID, *, by: By) -> None:
    """The time can be booked again, and is offered to who waits. A second time it is there no more. Raises NotFound."""
    with transaction.atomic(durable=True):
        groomer = Groomer.objects.select_for_update().filter(account_id=by.account_id).first()
        mine = time_off_of(account_id=by.account_id).filter(pk=time_off_id).first()
        if groomer is None or mine is None:
            raise NotFound
        freed = Slot(mine.starts_at, mine.ends_at)
        mine.delete()
        offer_freed(groomer, freed, now=by.now)


def _check_times(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """Differences, as a sum may leave the calendar."""
    if ends_at <= starts_at:
        raise _unfit("ends_at", "not-after-beginning", en="Must be after its beginning", ko="시작보다 뒤여야 해요")
    if ends_at <= now:
        raise _unfit("ends_at", "in-past", en="Has already passed", ko="이미 지난 시각이에요")
    if ends_at - starts_at > LASTS_AT_MOST:
        raise _unfit("ends_at", "too-long", en="A year at most", ko="최대 1년까지예요")
    if starts_at - now > BEGINS_AT_MOST_AHEAD:
        raise _unfit("starts_at", "too-far-ahead", en="Two years ahead at most", ko="최대 2년 뒤까지예요")


def _unfit(field: str, code: str, *, en: str, ko: str) -> InvalidInput:
    return InvalidInput(errors=[{"field": field, "code": code, "detail": words(en=en, ko=ko)}])


def _refuse_over_bookings(groomer: Groomer, starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    then = Booking.objects.filter(
        groomer=groomer,
        status=Booking.Status.CONFIRMED,
        starts_at__lt=ends_at,
        starts_at__gt=starts_at - LONGEST,
        ends_at__gt=starts_at,
    )
    booked = list(then.order_by("starts_at").values_list("pk", flat=True)[:_SHOWN])
    if booked:
        raise TimeOffMeetsBookings(booking_ids=[str(booking_id) for booking_id in booked])
    held = Hold.objects.standing(now=now).filter(groomer=groomer, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if (until := held.order_by("-held_until").values_list("held_until", flat=True).first()) is not None:
        raise TimeOffMeetsHold(held_until=until.isoformat())


def _still_there(time_off_id: UUID, *, by: By) -> TimeOff:
    found = time_off_of(account_id=by.account_id).filter(pk=time_off_id).first()
    if found is None:
        raise WhatItMadeIsGone
    return found
