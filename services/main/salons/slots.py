"""When a treatment may begin: arithmetic on times, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
STEP = timedelta(minutes=30)
QUARTER = timedelta(minutes=15)
DAYS_AHEAD = 60


@dataclass(frozen=True)
class Slot:
    starts_at: datetime
    ends_at: datetime

    def quarters(self) -> list[datetime]:
        """The beginning of each quarter of an hour that it takes."""
        return list(_every(QUARTER, self.starts_at, self.ends_at - QUARTER))


def slots_of_day(*, day: date, opens_at: time, closes_at: time, duration: timedelta) -> list[Slot]:
    """Each half hour from opening, as long as the treatment ends before closing."""
    opening = datetime.combine(day, opens_at, tzinfo=SEOUL)
    last = datetime.combine(day, closes_at, tzinfo=SEOUL) - duration
    return [Slot(starts_at, starts_at + duration) for starts_at in _every(STEP, opening, last)]


def _every(step: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    moment = first
    while moment <= last:
        yield moment
        moment += step
