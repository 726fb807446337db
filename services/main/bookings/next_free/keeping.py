"""What is kept of when a salon has time: the first beginnings without a gap, and before when there are no others."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from bookings.next_free.beginnings import Beginnings, beginnings_of, midnight_after
from salons.models import FreeTimes, FreeTimesChange, Salon
from salons.models.free_times import LONG_AGO
from salons.slots import DAY, STEP, today

AT_ONCE = 200
# The worker has reminders to send: what is left is kept anew by the next sweep.
SWEEP_SECONDS = 1.0
# What a release changed that keeps nothing of this is found after so long.
GOOD_FOR = DAY
COLUMNS = ["free_from", "bookable_until", "later_from", "check_at"]
_ADD_MISSING = """
    INSERT IGNORE INTO salons_freetimes (salon_id, check_at, later_from)
    SELECT salon.id, %s, %s FROM salons_salon salon
    LEFT JOIN salons_freetimes kept ON kept.salon_id = salon.id WHERE kept.salon_id IS NULL
"""


def sweep(*, now: datetime) -> None:
    """What has changed, and what time has passed over, is kept anew. By the worker of due acts (due/worker.py)."""
    ends = time.monotonic() + SWEEP_SECONDS
    while keep_due(now=now) == AT_ONCE and time.monotonic() < ends:
        pass


def keep_due(*, now: datetime) -> int:
    """At most AT_ONCE salons, and how many they were."""
    with transaction.atomic():
        # Read before anything else: what changes from here on leaves a row that stays for the next time.
        changes = dict(FreeTimesChange.objects.order_by("pk").values_list("pk", "salon_id")[:AT_ONCE])
        due = FreeTimes.objects.filter(check_at__lte=now).order_by("check_at").values_list("pk", flat=True)
        ids = sorted(dict.fromkeys([*changes.values(), *due[: AT_ONCE - len(set(changes.values()))]]))
        keep(ids, now=now)
        FreeTimesChange.objects.filter(pk__in=list(changes)).delete()
    return len(ids)


def keep(salon_ids: Collection[int], *, now: datetime) -> None:
    """What these have now. One who keeps the same salon at this moment is waited for, nobody else."""
    with transaction.atomic():
        list(FreeTimes.objects.select_for_update().filter(pk__in=salon_ids).order_by("pk").values_list("pk"))
        salons = list(Salon.objects.filter(pk__in=salon_ids).order_by("pk"))
        found = beginnings_of(salons, now=now)
        FreeTimes.objects.bulk_create(
            [kept_of(salon, found.get(salon.pk), now=now) for salon in salons],
            update_conflicts=True,
            update_fields=COLUMNS,
        )
        FreeTimes.objects.filter(pk__in=set(salon_ids) - {salon.pk for salon in salons}).delete()


def keep_missing(*, now: datetime) -> None:
    """Salons that nothing is kept of are looked at next, and found meanwhile whenever it is that somebody wants."""
    long_ago = LONG_AGO.replace(tzinfo=None)
    with connection.cursor() as cursor:
        cursor.execute(_ADD_MISSING, [long_ago, long_ago])


def kept_of(salon: Salon, found: Beginnings | None, *, now: datetime) -> FreeTimes:
    """Not saved."""
    kept = FreeTimes(salon=salon, check_at=now + GOOD_FOR)
    if found is None:
        return kept
    moments, kept.later_from = found
    if not moments:
        # The horizon moves on at midnight.
        kept.check_at = min(kept.check_at, midnight_after(today(now=now, zone=salon.zone), salon))
        return kept
    run = 1
    while run < len(moments) and moments[run] - moments[run - 1] == STEP:
        run += 1
    kept.free_from, kept.bookable_until = moments[0], moments[run - 1] - salon.notice
    if run < len(moments):
        kept.later_from = moments[run]
    kept.check_at = min(kept.check_at, kept.bookable_until)
    return kept


def soonest(kept: FreeTimes, salon: Salon, *, now: datetime) -> datetime | None:
    """The soonest beginning by what is kept, while it is good (`check_at`)."""
    first = kept.free_from
    if first is None:
        return None
    passed = now + salon.notice - first
    return first if passed < timedelta(0) else first + STEP * (passed // STEP + 1)


def is_good(kept: FreeTimes, *, now: datetime) -> bool:
    return kept.check_at > now.astimezone(UTC)
