"""A salon whose owner, groomers, customers and clock do things, and somebody who lists all that is free."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import Account
from bookings.availability import availability
from bookings.models import Booking, Hold, TimeOff
from conftest import MakeAccount
from salons.models import (
    MOST_HORIZON_DAYS,
    Break,
    ClosedDay,
    Groomer,
    OpeningHours,
    Salon,
    Treatment,
    Weekday,
)
from salons.slots import DAY, today

HOUR = timedelta(hours=1)
Act = Callable[["Calendar"], None]


def by_the_rules(salon: Salon, *, now: datetime) -> datetime | None:
    """As somebody finds who lists the free times of each groomer, day by day."""
    groomers = list(salon.groomers.values_list("pk", flat=True))
    lengths = [
        minutes
        for each in salon.treatments.all()
        for minutes in (each.minutes_small, each.minutes_medium, each.minutes_large)
    ]
    if not lengths:
        return None
    here = today(now=now, zone=salon.zone)
    for days in (3, MOST_HORIZON_DAYS):
        found = availability(
            salon=salon,
            groomer_ids=groomers,
            duration=timedelta(minutes=min(lengths)),
            first_day=here,
            last_day=here + days * DAY,
            now=now,
        )
        free = [slot.starts_at for each in found.values() for slot in each.free]
        if free:
            return min(free)
    return None


class Calendar:
    """A salon with two groomers whose owner, customers and clock do things, drawn from a seed."""

    def __init__(self, salon: Salon, customer: Account, make_account: MakeAccount, *, seed: int) -> None:
        self.dice = Random(seed)
        self.salon, self.customer, self.make_account = salon, customer, make_account
        # At any time of the day and the week.
        self.now = timezone.now() + timedelta(minutes=self.dice.randint(0, 7 * 24 * 60))

    def _moment(self) -> datetime:
        """Where it matters most, or else of the half hours that are to come within four days."""
        soonest = by_the_rules(Salon.objects.get(pk=self.salon.pk), now=self.now)
        if soonest is not None and self.dice.random() < 0.7:
            return soonest
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        return hour + self.dice.randint(1, 190) * timedelta(minutes=30)

    def _groomer(self) -> Groomer | None:
        found = list(Groomer.objects.filter(salon=self.salon).order_by("pk"))
        return self.dice.choice(found) if found else None

    def book(self) -> None:
        groomer, at = self._groomer(), self._moment()
        ends_at = at + self.dice.choice((HOUR, 3 * HOUR, 7 * HOUR))
        if groomer is None or self._is_taken(groomer, at, ends_at):
            return
        Booking.objects.create(
            customer=self.customer,
            groomer=groomer,
            treatment=Treatment.objects.filter(salon=self.salon)[0],
            dog_size="small",
            starts_at=at,
            ends_at=ends_at,
            price=0,
            status=Booking.Status.CONFIRMED,
            booked_at=self.now,
        )

    def hold(self) -> None:
        groomer, at = self._groomer(), self._moment()
        if groomer is None or self._is_taken(groomer, at, at + HOUR):
            return
        times = {"starts_at": at, "ends_at": at + HOUR, "held_at": self.now, "held_until": self.now + 2 * HOUR}
        Hold.objects.create(customer=self.customer, groomer=groomer, visit=[], price=0, **times)

    def _is_taken(self, groomer: Groomer, starts_at: datetime, ends_at: datetime) -> bool:
        then = {"groomer": groomer, "starts_at__lt": ends_at, "ends_at__gt": starts_at}
        return (
            Booking.objects.filter(status="confirmed", **then).exists()
            or Hold.objects.filter(state="held", **then).exists()
        )

    def end_a_hold(self) -> None:
        if (held := Hold.objects.filter(state="held").first()) is not None:
            held.state = self.dice.choice(("released", "expired"))
            held.save()

    def cancel(self) -> None:
        if (booked := Booking.objects.filter(status="confirmed").order_by("starts_at").first()) is not None:
            booked.status = Booking.Status.CANCELLED
            booked.save()

    def move(self) -> None:
        booked, at = Booking.objects.filter(status="confirmed").order_by("starts_at").first(), self._moment()
        if booked is not None and not self._is_taken(booked.groomer, at, at + HOUR):
            booked.starts_at, booked.ends_at = at, at + HOUR
            booked.save()

    def take_time_off(self) -> None:
        groomer, at = self._groomer(), self._moment()
        if groomer is not None:
            TimeOff.objects.create(groomer=groomer, starts_at=at, ends_at=at + self.dice.choice((HOUR, 2 * DAY)))

    def come_back(self) -> None:
        if (off := TimeOff.objects.order_by("starts_at").first()) is not None:
            off.delete()

    def change_hours(self) -> None:
        weekday = self.dice.choice(list(Weekday))
        OpeningHours.objects.filter(salon=self.salon, weekday=weekday).delete()
        opens, lasts = self.dice.choice((0, 8, 10, 18)), self.dice.choice((0, 4, 9, 12))
        if lasts:
            hours = {"opens_at": time(opens), "closes_at": time((opens + lasts) % 24)}
            OpeningHours.objects.create(salon=self.salon, weekday=weekday, **hours)

    def pause(self) -> None:
        weekday = self.dice.choice(list(Weekday))
        Break.objects.create(salon=self.salon, weekday=weekday, starts_at=time(12), ends_at=time(13))

    def close_a_day(self) -> None:
        day = today(now=self.now, zone=self.salon.zone) + self.dice.randint(0, 3) * DAY
        ClosedDay.objects.update_or_create(salon=self.salon, day=day)

    def change_rules(self) -> None:
        self.salon.buffer_minutes = self.dice.choice((0, 15, 60))
        self.salon.notice_minutes = self.dice.choice((0, 60, 24 * 60))
        self.salon.horizon_days = self.dice.choice((0, 1, 3, 60))
        self.salon.time_zone = self.dice.choice(("Asia/Seoul", "America/New_York"))
        self.salon.save()

    def offer_less(self) -> None:
        offered = Treatment.objects.filter(salon=self.salon, bookings=None)
        if (treatment := offered.first()) is not None and Treatment.objects.filter(salon=self.salon).count() > 1:
            treatment.delete()

    def offer_more(self) -> None:
        minutes = self.dice.choice((20, 45, 120))
        sizes = ("small", "medium", "large")
        facts = {f"price_{size}": 0 for size in sizes} | {f"minutes_{size}": minutes for size in sizes}
        Treatment.objects.create(salon=self.salon, name=f"{self.dice.random()}", **facts)

    def hire(self) -> None:
        account = self.make_account(role=Account.Role.GROOMER)
        Groomer.objects.create(salon=self.salon, account=account, name="박소담")

    def let_time_pass(self) -> None:
        self.now += self.dice.choice((timedelta(minutes=7), HOUR, 5 * HOUR, DAY))


ACTS: tuple[Act, ...] = (
    *(Calendar.book, Calendar.book, Calendar.hold, Calendar.end_a_hold, Calendar.cancel, Calendar.move),
    *(Calendar.take_time_off, Calendar.come_back, Calendar.change_hours, Calendar.pause, Calendar.close_a_day),
    *(Calendar.change_rules, Calendar.offer_less, Calendar.offer_more, Calendar.hire),
    *(Calendar.let_time_pass, Calendar.let_time_pass, Calendar.let_time_pass),
)
