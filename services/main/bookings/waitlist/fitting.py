"""Which visits fit into time that was freed. Asked for all who wait before each of them is looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bookings.availability import availability
from bookings.models import WaitlistEntry
from dogs.models import Dog
from salons.models import DogSize, Groomer, Treatment
from salons.slots import DAY, Slot

MOST_DAYS_LOOKED_AT = 14
# Those who wait at one salon want a few different lengths.
MOST_LENGTHS = 40


class FreedTime:
    """A groomer's free slots with some of the freed time, by how long a visit takes. Each length is asked for once.

    The caller holds the groomer's row, and says when some of it was given away.
    """

    def __init__(self, groomer: Groomer, freed: Slot, *, now: datetime) -> None:
        salon = groomer.salon
        self._groomer = groomer
        self._now = now
        # A visit beside it may be possible only now: the buffer was taken too.
        self._around = Slot(freed.starts_at - salon.buffer, freed.ends_at + salon.buffer)
        # The late hours of the day before may reach into it.
        self._first_day = max(self._around.starts_at, now).astimezone(salon.zone).date() - DAY
        last_day = self._around.ends_at.astimezone(salon.zone).date()
        self._last_day = min(last_day, self._first_day + MOST_DAYS_LOOKED_AT * DAY)
        self._slots: dict[timedelta, list[Slot]] = {}

    def slots(self, duration: timedelta) -> list[Slot]:
        if duration not in self._slots:
            found = availability(
                salon=self._groomer.salon,
                groomer_ids=[self._groomer.pk],
                duration=duration,
                first_day=self._first_day,
                last_day=self._last_day,
                now=self._now,
            )
            free = found[self._groomer.pk].free
            self._slots[duration] = [slot for slot in free if slot.overlaps(self._around)]
        return self._slots[duration]

    def was_given(self) -> None:
        self._slots.clear()

    def those_who_fit(self, entries: Sequence[WaitlistEntry]) -> Iterator[WaitlistEntry]:
        """In the order given, without those whose visit is too long. One whose treatment is gone is among them."""
        lengths = _lengths_of(entries)
        measured: dict[timedelta, bool] = {}
        for entry in entries:
            length = lengths[entry.pk]
            if length not in measured and len(measured) < MOST_LENGTHS:
                measured[length] = not length or bool(self.slots(length))
            if measured.get(length, True):
                yield entry


def _lengths_of(entries: Sequence[WaitlistEntry]) -> dict[UUID, timedelta]:
    """Without what is not to be had any more."""
    asked = [one for entry in entries for one in entry.asked]
    treatments = Treatment.objects.in_bulk({one["treatment_id"] for one in asked})
    named = Dog.objects.in_bulk({UUID(one["dog_id"]) for one in asked if one["dog_id"]})
    dogs = {str(dog_id): dog for dog_id, dog in named.items()}

    def length_of(one: dict[str, Any]) -> timedelta:
        treatment, dog = treatments.get(one["treatment_id"]), dogs.get(one["dog_id"])
        size = one["dog_size"] if dog is None else dog.size
        return timedelta(0) if treatment is None or size is None else treatment.duration(DogSize(size))

    return {entry.pk: sum(map(length_of, entry.asked), timedelta(0)) for entry in entries}
