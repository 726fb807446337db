"""People who go on asking while something is done to what watches the system, and how it went for them."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.harness.people import Person

PATHS = ("/api/v1/salons", "/api/v1/bookings", "/api/v1/notifications", "/api/v1/coupons")
PAUSE_SECONDS = 0.05


@dataclass
class Asked:
    """`answers`: when each was asked for, its status, and after how many seconds it came."""

    answers: list[tuple[float, int, float]] = field(default_factory=list)

    def failed(self) -> list[int]:
        return [status for _, status, _ in self.answers if status != HTTPStatus.OK]

    def medians(self, moment: float) -> tuple[float, float]:
        """Seconds, of what was asked before and of what was asked after this moment."""
        before, after = (
            [seconds for at, _, seconds in self.answers if (at >= moment) is later] for later in (False, True)
        )
        return statistics.median(before), statistics.median(after)


@asynccontextmanager
async def asking_all_along(people: Sequence[Person]) -> AsyncIterator[Asked]:
    """Each asks for one page after the other, for as long as the context is open."""
    asked, over = Asked(), asyncio.Event()

    async def ask_on(person: Person, first: int) -> None:
        turn = first
        while not over.is_set():
            at = time.monotonic()
            answer = await person.api.call("GET", PATHS[turn % len(PATHS)])
            asked.answers.append((at, answer.status, time.monotonic() - at))
            turn += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            group.create_task(ask_on(person, number))
        try:
            yield asked
        finally:
            over.set()
