"""People who look at salons, book and cancel: one after the other as fast as main answers, many beside each other."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from tests.bench.measured_process import MeasuredProcess, memory_bytes, processor_seconds
from tests.bench.results.histogram import Histogram
from tests.harness.api_client import Answer, ApiClient, connections

BESIDE_EACH_OTHER = 16
WARM_UP_SECONDS = 3.0
LAST_VISIT_SECONDS = 30.0
DOG_SIZE = "small"
DAYS = 14


@dataclass(frozen=True)
class Visited:
    per_second: float
    p50_ms: float | None
    p99_ms: float | None
    # Of its core; below 0.9 a client or a neighbour was the limit.
    processor_share: float
    megabytes: float

    @property
    def per_processor_second(self) -> float:
        return self.per_second / self.processor_share


@dataclass(frozen=True)
class Wish:
    """A time of a groomer that nobody else of these wants."""

    salon_id: int
    groomer_id: int
    treatment_id: int
    starts_at: str


@dataclass
class Counted:
    answers: int = 0
    delays: Histogram = field(default_factory=Histogram)


async def visit(server: MeasuredProcess, url: str, tokens: Sequence[str], *, seconds: float) -> Visited:
    """Raises Unexpected when anybody is answered otherwise than they should be."""
    people = itertools.cycle(tokens)
    counted = Counted()
    async with connections(url) as http:
        wished = await wishes(ApiClient(http, token=next(people)), count=BESIDE_EACH_OTHER)
        over = asyncio.Event()
        tasks = [asyncio.create_task(_visits(http, people, wish, counted, over)) for wish in wished]
        try:
            await _pause(WARM_UP_SECONDS, tasks)
            counted.answers, counted.delays = 0, Histogram()
            began, used = time.monotonic(), processor_seconds(server.pid)
            await _pause(seconds, tasks)
            took, used = time.monotonic() - began, processor_seconds(server.pid) - used
        finally:
            over.set()
            await _until_all_have_cancelled(tasks)
    p50, p99 = (counted.delays.percentile_ms(percent) for percent in (50, 99))
    memory = round(memory_bytes(server.pid) / 2**20, 1)
    return Visited(round(counted.answers / took, 1), p50, p99, round(used / took, 3), memory)


async def _pause(seconds: float, tasks: Sequence[asyncio.Task[None]]) -> None:
    """They go on all the while; what one of them met ends it."""
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()


async def _until_all_have_cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    """What somebody left booked would be in their way in the next round."""
    await asyncio.wait(tasks, timeout=LAST_VISIT_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _visits(
    http: aiohttp.ClientSession, people: Iterator[str], wish: Wish, counted: Counted, over: asyncio.Event
) -> None:
    while not over.is_set():
        await _one_visit(_Measured(http, token=next(people), counted=counted), wish)


async def _one_visit(api: ApiClient, wish: Wish) -> None:
    salon = f"/api/v1/salons/{wish.salon_id}"
    slots = f"/api/v1/groomers/{wish.groomer_id}/slots"
    asked = {"treatment": str(wish.treatment_id), "dog_size": DOG_SIZE, "days": "7"}
    body = {"groomer_id": wish.groomer_id, "treatment_id": wish.treatment_id, "dog_size": DOG_SIZE}

    await api.expect(200, method="GET", path="/api/v1/salons", params={"limit": "20"})
    await api.expect(200, method="GET", path=salon)
    await api.expect(200, method="GET", path=slots, params=asked)
    await api.expect(200, method="GET", path="/api/v1/bookings", params={"limit": "20"})
    booked = await api.expect(
        201, method="POST", path="/api/v1/bookings", json_body={**body, "starts_at": wish.starts_at}
    )
    await api.expect(200, method="GET", path=f"/api/v1/bookings/{booked['id']}")
    await api.expect(200, method="POST", path=f"/api/v1/bookings/{booked['id']}/cancel", json_body={})
    await api.expect(200, method="GET", path=salon)


class _Measured(ApiClient):
    def __init__(self, http: aiohttp.ClientSession, *, token: str, counted: Counted) -> None:
        super().__init__(http, token=token)
        self._counted = counted

    async def call(self, method: str, path: str, *, json_body: Any = None, **more: Any) -> Answer:
        began = time.monotonic_ns()
        answer = await super().call(method, path, json_body=json_body, **more)
        self._counted.answers += 1
        self._counted.delays.add(time.monotonic_ns() - began)
        return answer


async def wishes(api: ApiClient, *, count: int) -> list[Wish]:
    """The last of the times that are offered, so that none of them begins meanwhile. Raises LookupError."""
    found: list[list[Wish]] = []
    salons = await api.expect(200, method="GET", path="/api/v1/salons", params={"limit": "100"})
    for salon in salons["items"]:
        shown = await api.expect(200, method="GET", path=f"/api/v1/salons/{salon['id']}")
        treatment = shown["treatments"][0]["id"]
        found += [await _times(api, salon["id"], groomer["id"], treatment) for groomer in shown["groomers"]]
        if len(found) >= count:
            break
    # One of each groomer, then a second one of each.
    by_turns = [wish for turn in itertools.zip_longest(*found) for wish in turn if wish is not None]
    if len(by_turns) < count:
        raise LookupError(f"only {len(by_turns)} times are free")
    return by_turns[:count]


async def _times(api: ApiClient, salon_id: int, groomer_id: int, treatment_id: int) -> list[Wish]:
    """Of which none reaches into another."""
    asked = {"treatment": str(treatment_id), "dog_size": DOG_SIZE, "days": str(DAYS)}
    body = await api.expect(200, method="GET", path=f"/api/v1/groomers/{groomer_id}/slots", params=asked)
    times: list[Wish] = []
    taken_from: datetime | None = None
    for item in reversed(body["items"]):
        if taken_from is None or datetime.fromisoformat(item["ends_at"]) <= taken_from:
            times.append(Wish(salon_id, groomer_id, treatment_id, item["starts_at"]))
            taken_from = datetime.fromisoformat(item["starts_at"])
    return times
