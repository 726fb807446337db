"""Other people, who search salons, look after their place in line and keep a chat open during a flood.

Each of the three is asked for at fixed moments, whatever became of the one before, and is measured from its moment:
a system that stands still for a second is seen by everybody who came in that second.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.bench.results.histogram import Histogram
from tests.harness.chat_client import ChatClient, ChatRefused, ConnectionLost

EACH_PER_SECOND = 40
LONGEST_SECONDS = 10.0
KINDS = ("search", "place", "chat")
# nginx keeps a search for two seconds (docs/decisions/0033); here each comes back later than that, so main answers all.
REGIONS = 120


@dataclass
class Waited:
    """By kind; who got no answer, or a refusal, has waited longest of all."""

    delays: dict[str, Histogram] = field(default_factory=lambda: {kind: Histogram() for kind in KINDS})
    failed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def add(self, kind: str, seconds: float | None) -> None:
        if seconds is None:
            self.failed[kind] += 1
        self.delays[kind].add(int((LONGEST_SECONDS if seconds is None else seconds) * 1e9))


class Bystanders:
    def __init__(self, http: aiohttp.ClientSession, *, url: str, event_id: str, tokens: Sequence[str]) -> None:
        self._http = http
        self._event_id = event_id
        self._headers = itertools.cycle([{"Authorization": f"Bearer {token}"} for token in tokens])
        self._devices = [ChatClient(url, token=token) for token in tokens]
        self._next_device = itertools.cycle(self._devices)
        self._regions = itertools.cycle(range(1, REGIONS + 1))

    async def __aenter__(self) -> Bystanders:
        for headers in itertools.islice(self._headers, len(self._devices)):
            path = f"/queue/v1/events/{self._event_id}/ticket"
            async with self._http.post(path, headers=headers, json={}) as answer:
                if answer.status not in (200, 201):
                    raise RuntimeError(f"a bystander was refused a place: {answer.status} {await answer.text()}")
        for device in self._devices:
            await device.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        for device in self._devices:
            await device.close()

    async def live(self, *, seconds: float) -> Waited:
        waited = Waited()
        does: dict[str, Callable[[], Awaitable[None]]] = {
            "search": lambda: self._get(f"/api/v1/salons?limit=20&region={next(self._regions)}"),
            "place": lambda: self._get(f"/queue/v1/events/{self._event_id}/place"),
            "chat": self._ping,
        }
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(int(seconds * EACH_PER_SECOND)):
                for shift, kind in enumerate(KINDS):
                    moment = began + (number + shift / len(KINDS)) / EACH_PER_SECOND
                    group.create_task(_measured(waited, kind, does[kind], moment))
        return waited

    async def _get(self, path: str) -> None:
        async with self._http.get(path, headers=next(self._headers)) as answer:
            await answer.read()
            if answer.status != 200:
                raise aiohttp.ClientError(f"{path}: {answer.status}")

    async def _ping(self) -> None:
        await next(self._next_device).ask({"type": "ping"}, within_seconds=LONGEST_SECONDS)


async def _measured(waited: Waited, kind: str, do: Callable[[], Awaitable[None]], moment: float) -> None:
    await asyncio.sleep(moment - time.monotonic())
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await do()
        waited.add(kind, time.monotonic() - moment)
    except (aiohttp.ClientError, OSError, TimeoutError, ChatRefused, ConnectionLost):
        waited.add(kind, None)
