"""Customers who book, two and two for the same groomer's times; and somebody who only looks at salons."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from tests.faults.checkers.bookings import wish_of
from tests.faults.checkers.tries import Try
from tests.faults.clients.asking import tried, until_settled
from tests.faults.history import Outcome
from tests.harness.api_client import Answer, ApiClient
from tests.harness.people import Person

DOG_SIZE = "small"
EVERY_SECONDS = 1.5
LOOKS_EVERY_SECONDS = 0.25
_FIRST_DAYS = 14
# Who has made twenty within the day, of which one has begun meanwhile, has fewer than twenty to come.
HAS_ENOUGH = frozenset({"too-many-bookings", "too-many-new-bookings"})


@dataclass(frozen=True)
class Wanted:
    groomer_id: int
    treatment_id: int
    starts_at: datetime


@dataclass(frozen=True)
class Haste:
    """How often each of them books, and how often they press the button again meanwhile, which changes nothing.

    Nobody has more than 20 bookings to come: whoever is to go on for long books seldom and presses often.
    """

    every_seconds: float = EVERY_SECONDS
    again_every_seconds: float | None = None


class Bookers:
    """Each goes through the times of one groomer, and so does another one at the same time."""

    def __init__(self, people: Sequence[Person], times: Sequence[Sequence[Wanted]], haste: Haste | None = None) -> None:
        self.tries: list[Try] = []
        self._haste = haste or Haste()
        self._turns = [(person, times[index // 2]) for index, person in enumerate(people) if index // 2 < len(times)]
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish what was begun."""
        self._stopping.set()

    async def book_on(self) -> None:
        async with asyncio.TaskGroup() as group:
            for person, times in self._turns:
                group.create_task(self._go_through(person, times))

    async def _go_through(self, person: Person, times: Sequence[Wanted]) -> None:
        for wanted in times:
            if self._stopping.is_set():
                return
            had = await until_settled(partial(_book, person, wanted), self.tries)
            has_enough = had.code in HAS_ENOUGH
            await self._dwell(person, wanted, seconds=float("inf") if has_enough else self._haste.every_seconds)
            if has_enough:
                return

    async def _dwell(self, person: Person, wanted: Wanted, *, seconds: float) -> None:
        if self._haste.again_every_seconds is None:
            await asyncio.sleep(0 if seconds == float("inf") else seconds)
            return
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and time.monotonic() < until:
            await asyncio.sleep(self._haste.again_every_seconds)
            await until_settled(partial(_book, person, wanted), self.tries)


async def _book(person: Person, wanted: Wanted) -> Try:
    wish = wish_of(person.id, wanted.groomer_id, wanted.starts_at)

    def read(answer: Answer) -> Try | None:
        if answer.status in {200, 201}:
            return Try(wish, 0, 0, Outcome.OK, settles=True, result=str(answer.body["id"]))
        if answer.status in {409, 422} or answer.code in HAS_ENOUGH:
            return Try(wish, 0, 0, Outcome.FAIL, settles=True, code=answer.code)
        return None

    body = {
        "groomer_id": wanted.groomer_id,
        "treatment_id": wanted.treatment_id,
        "dog_size": DOG_SIZE,
        "starts_at": wanted.starts_at.isoformat(),
    }
    return await tried(person.api, wish=wish, method="POST", path="/api/v1/bookings", body=body, read=read)


async def times_of_groomers(api: ApiClient, count: int) -> list[list[Wanted]]:
    """For so many groomers free times that do not overlap, the soonest first."""
    found: list[list[Wanted]] = []
    salons = await api.expect(200, method="GET", path="/api/v1/salons", params={"limit": "100"})
    for salon in salons["items"]:
        shown = await api.expect(200, method="GET", path=f"/api/v1/salons/{salon['id']}")
        treatment = shown["treatments"][0]["id"]
        for groomer in shown["groomers"]:
            if len(found) == count:
                return found
            found.append(await _apart(api, groomer["id"], treatment))
    return found


async def _apart(api: ApiClient, groomer_id: int, treatment_id: int) -> list[Wanted]:
    body = await api.expect(
        200,
        method="GET",
        path=f"/api/v1/groomers/{groomer_id}/slots",
        params={"treatment": str(treatment_id), "dog_size": DOG_SIZE, "days": str(_FIRST_DAYS)},
    )
    times: list[Wanted] = []
    free_from = datetime.now(UTC)
    for item in body["items"]:
        starts_at = datetime.fromisoformat(item["starts_at"])
        if starts_at > free_from:
            times.append(Wanted(groomer_id, treatment_id, starts_at))
            free_from = datetime.fromisoformat(item["ends_at"])
    return times


class Looker:
    """Somebody who looks at one page after the other, at fixed moments unless the last look takes longer."""

    def __init__(
        self, api: ApiClient, pages: Sequence[str] = ("/api/v1/salons",), *, every_seconds: float = LOOKS_EVERY_SECONDS
    ) -> None:
        self.tries: list[Try] = []
        self.api = api
        self._pages = pages
        self._every_seconds = every_seconds
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def look_on(self) -> None:
        next_at = time.monotonic() + random.uniform(0, self._every_seconds)
        for number in itertools.count(1):
            await asyncio.sleep(next_at - time.monotonic())
            if self._stopping.is_set():
                return
            page = self._pages[number % len(self._pages)]
            await until_settled(partial(self._look, f"look {number} at {page}", page), self.tries)
            next_at = max(next_at + self._every_seconds, time.monotonic())

    async def _look(self, wish: str, page: str) -> Try:
        def read(answer: Answer) -> Try | None:
            return Try(wish, 0, 0, Outcome.OK, settles=True) if answer.status == 200 else None

        return await tried(self.api, wish=wish, method="GET", path=page, body=None, read=read)


async def pages_to_look_at(api: ApiClient) -> list[str]:
    """The page itself, salons, one of them, and its groomer's free times."""
    salons = await api.expect(200, method="GET", path="/api/v1/salons", params={"limit": "20"})
    shown = f"/api/v1/salons/{salons['items'][0]['id']}"
    salon = await api.expect(200, method="GET", path=shown)
    groomer, treatment = salon["groomers"][0]["id"], salon["treatments"][0]["id"]
    times = f"/api/v1/groomers/{groomer}/slots?treatment={treatment}&dog_size={DOG_SIZE}&days=7"
    return ["/", "/api/v1/salons?limit=20", shown, times]
