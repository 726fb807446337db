"""Many customers want the same slot at the same moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.harness.histories.booking import BookingAttempt, BookingSeen, RaceHistory
from tests.harness.people import Person
from tests.harness.system.backstage import Backstage

DOG_SIZE = "small"


@dataclass(frozen=True)
class Slot:
    groomer_id: int
    treatment_id: int
    starts_at: datetime
    ends_at: datetime


async def find_slot(person: Person) -> Slot:
    """Any free slot of the coming days, at any salon."""
    salons = await person.api.expect(200, method="GET", path="/api/v1/salons")
    for salon in random.sample(salons["items"], len(salons["items"])):
        shown = await person.api.expect(200, method="GET", path=f"/api/v1/salons/{salon['id']}")
        for groomer in shown["groomers"]:
            for treatment in shown["treatments"]:
                free = await free_slots(person, groomer_id=groomer["id"], treatment_id=treatment["id"])
                if free:
                    return random.choice(free)
    raise LookupError("no salon has a free slot in the next fourteen days")


async def free_slots(person: Person, *, groomer_id: int, treatment_id: int) -> list[Slot]:
    body = await person.api.expect(
        200,
        method="GET",
        path=f"/api/v1/groomers/{groomer_id}/slots",
        params={
            "treatment": str(treatment_id),
            "dog_size": DOG_SIZE,
            "from": (date.today() + timedelta(days=1)).isoformat(),  # noqa: DTZ011 - any day to come will do
            "days": "14",
        },
    )
    return [
        Slot(groomer_id, treatment_id, _moment(item["starts_at"]), _moment(item["ends_at"])) for item in body["items"]
    ]


async def race(people: Sequence[Person], slot: Slot, backstage: Backstage) -> RaceHistory:
    """Everybody at once, and then: who has what, over HTTP and in MySQL."""
    before = await _is_offered(people[0], slot)
    attempts = await asyncio.gather(*(_attempt(person, slot) for person in people))
    seen = await asyncio.gather(*(_bookings_of_slot(person, slot) for person in people))
    return RaceHistory(
        customers=tuple(person.id for person in people),
        attempts=tuple(attempts),
        seen=tuple(one for some in seen for one in some),
        slot_offered_before=before,
        slot_offered_after=await _is_offered(people[0], slot),
        rows=await backstage.live_bookings(
            groomer_id=slot.groomer_id, starts_at=_in_mysql(slot.starts_at), ends_at=_in_mysql(slot.ends_at)
        ),
    )


async def _attempt(person: Person, slot: Slot) -> BookingAttempt:
    body = {
        "groomer_id": slot.groomer_id,
        "treatment_id": slot.treatment_id,
        "dog_size": DOG_SIZE,
        "starts_at": slot.starts_at.isoformat(),
    }
    answer = first = await person.api.call("POST", "/api/v1/bookings", json_body=body)
    if first.retry_after_seconds is not None:
        await asyncio.sleep(first.retry_after_seconds)
        answer = await person.api.call_later_too("POST", "/api/v1/bookings", json_body=body)
        # The try that was answered "not now" may have won, and this one came too late for it.
        for mine in await _bookings_of_slot(person, slot) if answer.status != 201 else ():
            return BookingAttempt(person.id, 201, None, mine.booking_id)
    booking_id = answer.body["id"] if answer.status == 201 else None
    return BookingAttempt(person.id, answer.status, answer.code, booking_id)


async def _bookings_of_slot(person: Person, slot: Slot) -> list[BookingSeen]:
    body = await person.api.expect(200, method="GET", path="/api/v1/bookings", params={"limit": "100"})
    return [BookingSeen(person.id, booking["id"]) for booking in body["items"] if _is_in_slot(booking, slot)]


def _is_in_slot(booking: dict[str, Any], slot: Slot) -> bool:
    same_time = _moment(booking["starts_at"]) == slot.starts_at
    return same_time and booking["groomer"]["id"] == slot.groomer_id and booking["status"] != "cancelled"


async def _is_offered(person: Person, slot: Slot) -> bool:
    return slot in await free_slots(person, groomer_id=slot.groomer_id, treatment_id=slot.treatment_id)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _in_mysql(moment: datetime) -> str:
    """MySQL holds times in UTC, without an offset."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
