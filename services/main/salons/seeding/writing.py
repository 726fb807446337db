"""Writing drawn salons, a thousand in one transaction, by a statement for each table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import Account
from salons.free_times import keep_next_free
from salons.models import Groomer, Region, Salon, Treatment
from salons.search.index.documents import document
from salons.search.index.keeping import write
from salons.seeding.drawing import DrawnSalon, draw_salon

IN_ONE_TRANSACTION = 1_000
_DOMAIN = "seed.daengdaeng.test"
_ADD_HOURS = "INSERT INTO salons_openinghours (salon_id, weekday, opens_at, closes_at) VALUES (%s, %s, %s, %s)"

Progress = Callable[[int], None]


def seed_salons(wanted: int, *, now: datetime, progress: Progress = lambda _: None) -> int:
    """Make those of the numbers from 1 to `wanted` that are not there. Returns how many were made.

    `progress` is called with how many there are, after each thousand. What was begun and broken off is continued.
    """
    there = _last_number()
    regions = {(region.city, region.district): region for region in Region.objects.all()}
    for first in range(there + 1, wanted + 1, IN_ONE_TRANSACTION):
        numbers = range(first, min(first + IN_ONE_TRANSACTION, wanted + 1))
        _write([draw_salon(number) for number in numbers], regions, now=now)
        progress(numbers[-1])
    return max(wanted - there, 0)


def _address(number: int, place: int) -> str:
    """Of the groomer's account; by the first one's it is known which salons there are."""
    return f"groomer-{number:07}-{place}@{_DOMAIN}"


def _last_number() -> int:
    last = Account.objects.filter(email__startswith="groomer-", email__endswith=f"-1@{_DOMAIN}").aggregate(Max("email"))
    return int(last["email__max"].split("-")[1]) if last["email__max"] else 0


@transaction.atomic
def _write(drawn: Sequence[DrawnSalon], regions: dict[tuple[str, str], Region], *, now: datetime) -> None:
    # MySQL does not say which ids it gave to many rows; somebody else's salon in this moment makes it fail as a whole.
    first_id = (Salon.objects.aggregate(Max("pk"))["pk__max"] or 0) + 1
    salons = [_salon(one, first_id + at, regions[one.city, one.district]) for at, one in enumerate(drawn)]
    Salon.objects.bulk_create(salons)
    treatments = [_treatments(one, salon) for one, salon in zip(drawn, salons, strict=True)]
    Treatment.objects.bulk_create(chain(*treatments))
    _write_groomers(drawn, salons, now=now)
    hours = [
        (salon.pk, hours.weekday.value, f"{hours.opens_at:%H:%M}", f"{hours.closes_at:%H:%M}")
        for one, salon in zip(drawn, salons, strict=True)
        for hours in one.hours
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_HOURS, hours)
    write([document(salon, offered) for salon, offered in zip(salons, treatments, strict=True)], before={})
    keep_next_free([salon.pk for salon in salons], now=now)


def _salon(drawn: DrawnSalon, salon_id: int, region: Region) -> Salon:
    return Salon(
        pk=salon_id,
        region=region,
        name=drawn.name,
        address=drawn.address,
        summary=drawn.summary,
        latitude=drawn.latitude,
        longitude=drawn.longitude,
        buffer_minutes=drawn.buffer_minutes,
        notice_minutes=drawn.notice_minutes,
    )


def _treatments(drawn: DrawnSalon, salon: Salon) -> list[Treatment]:
    return [
        Treatment(
            salon=salon,
            name=one.name,
            kind=one.kind,
            **dict(zip(("price_small", "price_medium", "price_large"), one.prices, strict=True)),
            **dict(zip(("minutes_small", "minutes_medium", "minutes_large"), one.minutes, strict=True)),
        )
        for one in drawn.treatments
    ]


def _write_groomers(drawn: Sequence[DrawnSalon], salons: Sequence[Salon], *, now: datetime) -> None:
    people = [
        (_address(one.number, place), name, salon, place == 1)
        for one, salon in zip(drawn, salons, strict=True)
        for place, name in enumerate(one.groomers, start=1)
    ]
    Account.objects.bulk_create(
        Account(
            email=email,
            name=name,
            role=Account.Role.GROOMER,
            password=UNUSABLE_PASSWORD_PREFIX,
            email_confirmed_at=now,
        )
        for email, name, _, _ in people
    )
    ids = dict(Account.objects.filter(email__in=[email for email, *_ in people]).values_list("email", "pk"))
    Groomer.objects.bulk_create(
        Groomer(salon=salon, account_id=ids[email], name=name, owns_salon=is_first)
        for email, name, salon, is_first in people
    )
