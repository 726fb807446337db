"""When a treatment may begin: arithmetic on times, without a database.

All sums are made on moments in UTC, so that neither midnight nor a change of the clocks bends them. A slot belongs to
the day, in Korean time, on which it begins: half past midnight of Friday's late hours is Saturday's first slot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def today(*, now: datetime) -> date:
    return now.astimezone(SEOUL).date()


def slots_between(
    *, hours: Mapping[int, Hours], duration: timedelta, first_day: date, last_day: date, zone: ZoneInfo = SEOUL
) -> list[Slot]:
    """Those that begin on these days: each half hour from opening, as long as the treatment ends before closing.

    `hours` are by weekday as datetime.weekday() counts. Where one day's hours end when the next day's begin, or later,
    the salon is open throughout, and a treatment may last over that moment.
    """
    # The day before may be open past midnight, and a treatment may end on the day after the last.
    times = list(_openings(hours, first_day - DAY, last_day + DAY, zone))
    starts = [start for number in range(len(times)) for start in _starts(times[number:], duration)]
    return [Slot(start, start + duration) for start in starts if first_day <= start.astimezone(zone).date() <= last_day]


def _starts(times: Sequence[Slot], duration: timedelta) -> Iterator[datetime]:
    """In the first of these, before the next begins."""
    opening = times[0]
    before = min(slot.starts_at if number else slot.ends_at for number, slot in enumerate(times[:2]))
    last_end = _open_until(times)
    return _every(STEP, opening.starts_at, min(before - timedelta(microseconds=1), last_end - duration))


def _openings(hours: Mapping[int, Hours], first_day: date, last_day: date, zone: ZoneInfo) -> Iterator[Slot]:
    for number in range((last_day - first_day).days + 1):
        day = first_day + number * DAY
        if of_day := hours.get(day.weekday()):
            until = day + DAY if of_day.ends_next_day else day
            yield Slot(_moment(day, of_day.opens_at, zone), _moment(until, of_day.closes_at, zone))


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
