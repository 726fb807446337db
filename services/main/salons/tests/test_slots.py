"""Slots around midnight, at the edges of days, and where the clocks change. A slot belongs to the day it begins on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salons.slots import DAY, SEOUL, Hours, Slot, clashing, clear_of, days_around, slots_between

pytestmark = pytest.mark.unit
MONDAY = date(2026, 11, 30)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
MIDNIGHT = datetime(2026, 11, 30, tzinfo=UTC)


def _starts(
    hours: dict[int, Hours], *, day: date = MONDAY, days: int = 1, duration: timedelta = HOUR, zone: ZoneInfo = SEOUL
) -> list[str]:
    found = slots_between(hours=hours, duration=duration, first_day=day, last_day=day + (days - 1) * DAY, zone=zone)
    return [f"{slot.starts_at.astimezone(zone):%a %H:%M}" for slot in found]


def test_late_hours_go_on_after_midnight_and_those_slots_are_the_next_day_s() -> None:
    late = {0: Hours(time(22), time(2))}

    assert _starts(late) == ["Mon 22:00", "Mon 22:30", "Mon 23:00", "Mon 23:30"]
    assert _starts(late, day=MONDAY + DAY) == ["Tue 00:00", "Tue 00:30", "Tue 01:00"]


def test_until_midnight_the_last_treatment_ends_at_midnight() -> None:
    assert _starts({0: Hours(time(22), time(0))}) == ["Mon 22:00", "Mon 22:30", "Mon 23:00"]


def test_hours_to_the_minute_give_slots_to_the_minute() -> None:
    assert _starts({0: Hours(time(10, 5), time(12, 4))}) == ["Mon 10:05", "Mon 10:35"]
    assert _starts({0: Hours(time(10, 5), time(12, 5))}) == ["Mon 10:05", "Mon 10:35", "Mon 11:05"]


def test_a_treatment_lasts_over_midnight_where_the_next_day_opens_at_midnight() -> None:
    always = {weekday: Hours(time(0), time(0)) for weekday in range(7)}

    assert _starts(always)[-1] == "Mon 23:30"
    assert len(_starts(always)) == 48
    assert _starts({**always, 1: Hours(time(0, 30), time(0))})[-1] == "Mon 23:00"


def test_hours_that_overlap_by_mistake_offer_no_moment_twice() -> None:
    hours = {0: Hours(time(22), time(3)), 1: Hours(time(1, 10), time(4))}

    assert clashing(hours) == [0]
    assert _starts(hours, days=2) == [
        *("Mon 22:00", "Mon 22:30", "Mon 23:00", "Mon 23:30"),
        *("Tue 00:00", "Tue 00:30", "Tue 01:00", "Tue 01:10", "Tue 01:40", "Tue 02:10", "Tue 02:40"),
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_where_the_clocks_change_a_slot_is_as_long_as_ever(day: date) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    all_week = {weekday: Hours(time(0), time(5)) for weekday in range(7)}

    found = slots_between(hours=all_week, duration=HOUR, first_day=day, last_day=day, zone=berlin)

    hours_open = 4 if day.month == 3 else 6
    assert len(found) == 2 * hours_open - 1
    assert all(slot.ends_at - slot.starts_at == HOUR for slot in found)
    assert found[-1].ends_at == datetime.combine(day, time(5), tzinfo=berlin).astimezone(UTC)


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
weeks = st.dictionaries(st.integers(0, 6), st.builds(Hours, clocks, clocks))


@given(hours=weeks, minutes=st.integers(5, 480), day=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_week_is_its_days_one_after_the_other(hours: dict[int, Hours], minutes: int, day: date) -> None:
    duration = timedelta(minutes=minutes)

    def between(first: date, last: date) -> list[Slot]:
        return slots_between(hours=hours, duration=duration, first_day=first, last_day=last)

    week = between(day, day + 6 * DAY)

    assert week == [slot for number in range(7) for slot in between(day + number * DAY, day + number * DAY)]
    assert week == sorted(set(week))
    assert all(slot.ends_at - slot.starts_at == duration for slot in week)


def _of_week(
    *, breaks: list[tuple[int, Hours]] | None = None, closed: frozenset[date] = frozenset(), days: int = 1
) -> list[str]:
    """From ten to two, and on Monday until half past midnight."""
    hours = {weekday: Hours(time(10), time(14)) for weekday in range(7)} | {0: Hours(time(22), time(0, 30))}
    last = MONDAY + (days - 1) * DAY
    found = slots_between(
        hours=hours, duration=HOUR, first_day=MONDAY, last_day=last, breaks=breaks or (), closed=closed
    )
    return [f"{slot.starts_at.astimezone(SEOUL):%a %H:%M}" for slot in found]


def test_no_treatment_lasts_over_a_break() -> None:
    lunch = [(1, Hours(time(11, 30), time(12, 15)))]

    assert _of_week(breaks=lunch, days=2)[-4:] == ["Tue 10:00", "Tue 10:30", "Tue 12:30", "Tue 13:00"]


def test_a_break_may_go_past_midnight_as_hours_may() -> None:
    assert _of_week(days=1) == ["Mon 22:00", "Mon 22:30", "Mon 23:00", "Mon 23:30"]
    assert _of_week(breaks=[(0, Hours(time(23, 45), time(0, 15)))]) == ["Mon 22:00", "Mon 22:30"]


def test_a_closed_day_has_no_hours_and_the_late_ones_before_it_go_on() -> None:
    tuesday = frozenset({MONDAY + DAY})

    assert _of_week(closed=tuesday, days=3)[:5] == ["Mon 22:00", "Mon 22:30", "Mon 23:00", "Mon 23:30", "Wed 10:00"]
    assert _of_week(closed=frozenset({MONDAY}), days=1) == []


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 6), st.times(), st.times()), max_size=4),
    closed=st.frozensets(st.integers(0, 6).map(lambda number: MONDAY + number * DAY)),
)
def test_what_interrupts_takes_slots_away_and_adds_none(
    rows: list[tuple[int, time, time]], closed: frozenset[date]
) -> None:
    week = {weekday: Hours(time(9), time(2)) for weekday in range(7)}
    breaks = [(weekday, Hours(begin, end)) for weekday, begin, end in rows]

    def slots(**more: Any) -> list[Slot]:
        return slots_between(hours=week, duration=HOUR, first_day=MONDAY, last_day=MONDAY + 6 * DAY, **more)

    left = slots(breaks=breaks, closed=closed)
    assert set(left) <= set(slots())
    for slot in left:
        begins = slot.starts_at.astimezone(SEOUL)
        # Half past one at night is still of the hours of the day before.
        assert (begins - timedelta(hours=9)).date() not in closed


# Of one day, in quarters of an hour, of which one may begin within another or end where it begins.
times_of_a_day = st.lists(
    st.tuples(st.integers(0, 96), st.integers(0, 12)).map(
        lambda pair: Slot(MIDNIGHT + pair[0] * QUARTER, MIDNIGHT + (pair[0] + pair[1]) * QUARTER)
    ),
    max_size=20,
)


@given(slots=times_of_a_day, taken=times_of_a_day)
def test_what_is_clear_of_others_is_what_overlaps_none_of_them(slots: list[Slot], taken: list[Slot]) -> None:
    one_by_one = [slot for slot in slots if not any(slot.overlaps(other) for other in taken)]

    assert clear_of(sorted(taken), slots) == one_by_one


def test_a_month_is_not_looked_through_once_for_every_break(monkeypatch: pytest.MonkeyPatch) -> None:
    """A salon may have 35 breaks a week (salons.managing): each slot is compared with one of them at most."""
    compared = 0
    overlaps = Slot.overlaps

    def counted(one: Slot, other: Slot) -> bool:
        nonlocal compared
        compared += 1
        return overlaps(one, other)

    monkeypatch.setattr(Slot, "overlaps", counted)
    always = {weekday: Hours(time(0), time(0)) for weekday in range(7)}
    five_a_day = [(weekday, Hours(time(hour), time(hour, 10))) for weekday in range(7) for hour in (9, 11, 13, 15, 17)]
    slots_between(hours=always, duration=HOUR, first_day=MONDAY, last_day=MONDAY + 30 * DAY, breaks=five_a_day)

    assert compared <= 31 * 48


@given(
    hours=weeks,
    breaks=st.lists(st.tuples(st.integers(0, 6), st.times(), st.times()), max_size=3),
    closed=st.frozensets(st.integers(-2, 12).map(lambda number: MONDAY + number * DAY), max_size=3),
    minutes=st.integers(5, 80 * 60),
)
@example(hours={day: Hours(time(0), time(0)) for day in range(7)}, breaks=[], closed=frozenset(), minutes=30 * 60)
def test_what_begins_on_a_day_is_the_same_whether_one_asks_for_that_day_or_for_many(
    hours: dict[int, Hours], breaks: list[tuple[int, time, time]], closed: frozenset[date], minutes: int
) -> None:
    """However long it lasts: a list of many days shows what a booking, which asks for one, then takes."""
    duration = timedelta(minutes=minutes)

    def between(first: date, last: date) -> list[Slot]:
        around = days_around(first, last, duration=duration)
        return slots_between(
            hours=hours,
            breaks=[(weekday, Hours(begin, end)) for weekday, begin, end in breaks],
            closed={day for day in closed if around[0] <= day <= around[1]},
            duration=duration,
            first_day=first,
            last_day=last,
        )

    week = between(MONDAY, MONDAY + 6 * DAY)

    assert week == [slot for number in range(7) for slot in between(MONDAY + number * DAY, MONDAY + number * DAY)]


def test_a_visit_of_more_than_a_day_may_begin_where_the_salon_never_closes() -> None:
    always = {weekday: Hours(time(0), time(0)) for weekday in range(7)}

    assert len(_starts(always, duration=timedelta(hours=30))) == 48
    assert _starts({**always, 2: Hours(time(9), time(0))}, duration=timedelta(hours=30))[-1] == "Mon 18:00"


@pytest.mark.parametrize(("first", "last"), [(date.min, date.min), (date.max, date.max), (date.min, date.max)])
def test_the_days_around_are_days_of_the_calendar(first: date, last: date) -> None:
    around = days_around(first, last, duration=timedelta(hours=80))

    assert around[0] <= first <= last <= around[1]
