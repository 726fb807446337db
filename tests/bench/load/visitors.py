"""People who come at fixed moments, search, look at a salon and its free times, book and cancel.

A visit is the same requests at every server; one that answers `{"id": …}` to all of them can be visited too.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.bench.load.searches import different_searches
from tests.bench.observed.visits import DOG_SIZE, Wish
from tests.bench.results.histogram import Histogram
from tests.harness.api_client import ApiClient

REQUESTS_OF_A_VISIT = 8
LONGEST_SECONDS = 10.0
SALONS, BOOKINGS = "/api/v1/salons", "/api/v1/bookings"


@dataclass
class Answered:
    """By the step of a visit: how long it took, and what was answered instead of what is wanted."""

    sent: int = 0
    well: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    delays: Histogram = field(default_factory=Histogram)
    by_step: dict[str, Histogram] = field(default_factory=dict)

    def add(self, step: str, seconds: float, *, instead: str | None) -> None:
        self.sent += 1
        self.delays.add(int(seconds * 1e9))
        self.by_step.setdefault(step, Histogram()).add(int(seconds * 1e9))
        if instead is None:
            self.well += 1
        else:
            key = f"{step}: {instead}"
            self.refused[key] = self.refused.get(key, 0) + 1

    def figures(self) -> dict[str, Any]:
        p95 = {step: delays.percentile_ms(95) for step, delays in self.by_step.items()}
        return {
            "sent": self.sent,
            "answered_well": self.well,
            "refused": self.refused,
            **{f"p{percent}_ms": self.delays.percentile_ms(percent) for percent in (50, 95, 99)},
            "p95_ms_by_step": p95,
        }


class _Instead(Exception):
    """What was answered instead; the visit is over."""


class Visitors:
    def __init__(self, http: aiohttp.ClientSession, *, tokens: Sequence[str], wishes: Sequence[Wish]) -> None:
        self._people = itertools.cycle([ApiClient(http, token=token) for token in tokens])
        self._free = deque(wishes)
        self._searches: Iterator[str] = itertools.cycle(different_searches(2_000))
        self.answered = Answered()

    async def come(self, *, requests_per_second: float, seconds: float) -> Answered:
        """Each visit begins at its moment, whatever became of those before."""
        self.answered = Answered()
        between = REQUESTS_OF_A_VISIT / requests_per_second
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(int(seconds / between)):
                group.create_task(self._visit_at(began + number * between))
        return self.answered

    async def _visit_at(self, moment: float) -> None:
        await asyncio.sleep(moment - time.monotonic())
        if not self._free:
            self.answered.add("arrive", LONGEST_SECONDS, instead="too many are under way")
            return
        wish = self._free.popleft()
        try:
            await self._visit(next(self._people), wish)
        except _Instead:
            return
        self._free.append(wish)

    async def _visit(self, person: ApiClient, wish: Wish) -> None:
        salon = f"{SALONS}/{wish.salon_id}"
        asked = {"treatment": str(wish.treatment_id), "dog_size": DOG_SIZE, "days": "7"}
        wished = {"groomer_id": wish.groomer_id, "treatment_id": wish.treatment_id, "dog_size": DOG_SIZE}

        await self._ask(person, "search", "GET", f"{SALONS}?{next(self._searches)}")
        await self._ask(person, "salon", "GET", salon)
        await self._ask(person, "slots", "GET", f"/api/v1/groomers/{wish.groomer_id}/slots", params=asked)
        await self._ask(person, "bookings", "GET", BOOKINGS, params={"limit": "20"})
        booked = await self._ask(person, "book", "POST", BOOKINGS, json_body={**wished, "starts_at": wish.starts_at})
        await self._ask(person, "booking", "GET", f"{BOOKINGS}/{booked['id']}")
        await self._ask(person, "cancel", "POST", f"{BOOKINGS}/{booked['id']}/cancel", json_body={})
        await self._ask(person, "salon again", "GET", salon)

    async def _ask(
        self,
        person: ApiClient,
        step: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,
    ) -> Any:
        began = time.monotonic()
        instead, body = None, None
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                answer = await person.call(method, path, params=params, json_body=json_body)
            body = answer.body
            instead = None if answer.status in (200, 201) else f"{answer.status} {answer.code}"
        except (aiohttp.ClientError, OSError, TimeoutError) as failure:
            instead = type(failure).__name__
        self.answered.add(step, time.monotonic() - began, instead=instead)
        if instead is not None:
            raise _Instead(instead)
        return body
