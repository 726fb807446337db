"""When a treatment may begin: arithmetic on times, without a database.

All sums are made on moments in UTC, so that neither midnight nor a change of the clocks bends them. A slot belongs to
the day, where the salon is, on which it begins: half past midnight of Friday's late hours is Saturday's first slot.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
STEP = timedelta(minutes=30)
DAY = timedelta(days=1)


class Hours(NamedTuple):
    """Of one weekday, in local time. What closes no later than it opens closes on the next day."""

    opens_at: time
    closes_at: time

    @property
    def ends_next_day(self) -> bool:
        return self.closes_at <= self.opens_at


@dataclass(frozen=True, order=True)
class Slot:
    """From a moment, inclusive, to a moment, exclusive; in UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: Slot) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def clashing(hours: Mapping[int, Hours]) -> list[int]:
    """Weekdays whose late hours go on when the next day's have begun."""
    return [
        weekday
        for weekday, late in hours.items()
        if late.ends_next_day and (following := hours.get((weekday + 1) % 7)) and following.opens_at < late.closes_at
    ]


def today(*, now: datetime, zone: ZoneInfo = SEOUL) -> date:
    return now.astimezone(zone).date()


def slots_between(
    *,
    hours: Mapping[int, Hours],
    duration: timedelta,
    first_day: date,
    last_day: date,
    breaks: Sequence[tuple[int, Hours]] = (),
    closed: Collection[date] = (),
    zone: ZoneInfo = SEOUL,
) -> list[Slot]:
    """Those that begin on these days: each half hour from opening, as long as the treatment ends before closing.

    `hours` are by weekday as datetime.weekday() counts. Where one day's hours end when the next day's begin, or later,
    the salon is open throughout, and a treatment may last over that moment. None lasts over a break; breaks are of a
    weekday too, and end on the next day if they end no later than they begin. The hours of a `closed` day do not take
    place; the late hours of the day before go on into it.
    """
    first_day_looked_at, last_day_looked_at = days_around(first_day, last_day, duration=duration)
    count = (last_day_looked_at - first_day_looked_at).days + 1
    days = [first_day_looked_at + number * DAY for number in range(count)]
    times = list(_spans([*hours.items()], [day for day in days if day not in closed], zone))
    interrupted = sorted(_spans(breaks, days, zone))
    starts = [start for number in range(len(times)) for start in _starts(times[number:], duration)]
    slots = [
        Slot(start, start + duration) for start in starts if first_day <= start.astimezone(zone).date() <= last_day
    ]
    return clear_of(interrupted, slots)


def days_around(first_day: date, last_day: date, *, duration: timedelta) -> tuple[date, date]:
    """Whose hours matter to what begins on these days: the day before may be open past midnight, and what begins on the
    last ends on a later one. Within the calendar."""
    after = (1 + duration // DAY) * DAY
    return first_day - min(DAY, first_day - date.min), last_day + min(after, date.max - last_day)


def clear_of(taken: Iterable[Slot], slots: Iterable[Slot]) -> list[Slot]:
    """The slots that overlap none of what is taken, which is in order of its beginning."""
    busy = merged(taken)
    starts = [slot.starts_at for slot in busy]
    clear = []
    for slot in slots:
        # Of times that do not overlap each other, only the last that begins before the slot's end can reach into it.
        before = bisect_left(starts, slot.ends_at)
        if not before or not busy[before - 1].overlaps(slot):
            clear.append(slot)
    return clear


def merged(times: Iterable[Slot]) -> list[Slot]:
    """As few as possible that cover the same; `times` are in order of their beginning."""
    found: list[Slot] = []
    for slot in times:
        if found and slot.starts_at <= found[-1].ends_at:
            found[-1] = Slot(found[-1].starts_at, max(found[-1].ends_at, slot.ends_at))
        else:
            found.append(slot)
    return found


def _starts(times: Sequence[Slot], duration: timedelta) -> Iterator[datetime]:
    """In the first of these, before the next begins."""
    opening = times[0]
    before = min(slot.starts_at if number else slot.ends_at for number, slot in enumerate(times[:2]))
    last_end = _open_until(times)
    return _every(STEP, opening.starts_at, min(before - timedelta(microseconds=1), last_end - duration))


def _spans(of_weekdays: Sequence[tuple[int, Hours]], days: Sequence[date], zone: ZoneInfo) -> Iterator[Slot]:
    """On each of these days, in their order."""
    for day in days:
        for weekday, hours in of_weekdays:
            if weekday == day.weekday():
                until = day + DAY if hours.ends_next_day else day
                yield Slot(_moment(day, hours.opens_at, zone), _moment(until, hours.closes_at, zone))


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _open_until(times: Sequence[Slot]) -> datetime:
    """The end of the first, or of what follows it without a gap."""
    end = times[0].ends_at
    for opening in times[1:]:
        if opening.starts_at > end:
            break
        end = max(end, opening.ends_at)
    return end


def _every(step: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    moment = first
    while moment <= last:
        yield moment
        moment += step
