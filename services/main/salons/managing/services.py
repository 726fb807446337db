"""What an owner changes of a salon. What is booked stays booked, whatever the hours become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.language import words
from api.preconditions import Versions
from salon_contracts.http.problem import InvalidInput
from salons.managing.queries import own_salon_id
from salons.models import Break, ClosedDay, OpeningHours, Region, Salon, Weekday
from salons.slots import Hours, clashing, today

CLOSED_AT_MOST_AHEAD = timedelta(days=2 * 366)


class Times(NamedTuple):
    """All of a salon's: hours by weekday, breaks with their weekday, and days without hours with their notes."""

    hours: Mapping[int, Hours]
    breaks: Sequence[tuple[int, Hours]]
    closed_days: Mapping[date, str]


def change_profile(changes: Mapping[str, Any], *, by: By, versions: Versions) -> None:
    """`changes` are columns of Salon. What already is so stays, and the version too.

    Raises NotFound, ChangedMeanwhile, Forbidden; InvalidInput for a region that is not there, or half a place.
    """
    with transaction.atomic(durable=True):
        salon = locked_own_salon(by=by, versions=versions)
        different = {name: value for name, value in changes.items() if getattr(salon, name) != value}
        if not different:
            return
        if "region_id" in different and not Region.objects.filter(pk=different["region_id"]).exists():
            raise unfit("region_id", "not-there", en="There is no such district", ko="없는 지역이에요")
        for name, value in different.items():
            setattr(salon, name, value)
        if (salon.latitude is None) != (salon.longitude is None):
            raise unfit("longitude", "half-a-place", en="Both or neither", ko="위도와 경도는 함께 보내 주세요")
        changed(salon)


def set_times(times: Times, *, by: By, versions: Versions) -> None:
    """These, and no others. Raises NotFound, ChangedMeanwhile, Forbidden, InvalidInput."""
    for weekday in clashing(times.hours):
        name = Weekday(weekday)
        detail = f"The late hours of {name.name.capitalize()} go on when the next day's have begun"
        raise unfit("opening_hours", "hours-overlap", en=detail, ko=f"{name.label}의 늦은 영업 시간이 다음 날과 겹쳐요")
    with transaction.atomic(durable=True):
        salon = locked_own_salon(by=by, versions=versions)
        if any(day > today(now=by.now, zone=salon.zone) + CLOSED_AT_MOST_AHEAD for day in times.closed_days):
            raise unfit("closed_days", "too-far-ahead", en="Two years ahead at most", ko="최대 2년 뒤까지예요")
        for model in (OpeningHours, Break, ClosedDay):
            model.objects.filter(salon=salon).delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(salon=salon, weekday=weekday, opens_at=hours.opens_at, closes_at=hours.closes_at)
            for weekday, hours in times.hours.items()
        )
        Break.objects.bulk_create(
            Break(salon=salon, weekday=weekday, starts_at=hours.opens_at, ends_at=hours.closes_at)
            for weekday, hours in times.breaks
        )
        ClosedDay.objects.bulk_create(
            ClosedDay(salon=salon, day=day, note=note) for day, note in times.closed_days.items()
        )
        changed(salon)


def locked_own_salon(*, by: By, versions: Versions) -> Salon:
    """Until the transaction ends. Raises NotFound, ChangedMeanwhile, Forbidden."""
    lock_account(account_id=by.account_id, acts_as=Account.Role.GROOMER)
    salon = Salon.objects.select_for_update().get(pk=own_salon_id(account_id=by.account_id))
    versions.insist_on(salon.version)
    return salon


def changed(salon: Salon) -> None:
    salon.version += 1
    salon.save()


def unfit(field: str, code: str, *, en: str, ko: str) -> InvalidInput:
    return InvalidInput(errors=[{"field": field, "code": code, "detail": words(en=en, ko=ko)}])
