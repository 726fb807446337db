"""People who write in rooms of their own, each at a steady pace, and hear what they wrote."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

from tests.bench.measured_process import MeasuredProcess, processor_seconds
from tests.bench.results.histogram import Histogram
from tests.harness.api_client import ApiClient, connections
from tests.harness.chat_client import ChatClient

WRITERS = 30
# An account may write ten in a second.
EACH_PER_SECOND = 5
WARM_UP_SECONDS = 2.0
TEXT = "오늘 세 시에 데리러 갈게요"


@dataclass(frozen=True)
class Talked:
    """`p50_ms` and `p99_ms` are from a message's being sent until Kafka's word that it is kept."""

    per_second: float
    p50_ms: float | None
    p99_ms: float | None
    processor_share: float

    @property
    def per_processor_second(self) -> float:
        return self.per_second / self.processor_share


class Writer:
    def __init__(self, device: ChatClient, room_id: str) -> None:
        self._device = device
        self._room_id = room_id

    async def write_on(self, confirmed: Histogram, *, until: float, counted_from: float) -> None:
        due = time.monotonic()
        while (began := time.monotonic()) < until:
            await self._device.send_later_too(self._room_id, client_message_id=str(uuid4()), text=TEXT)
            if began >= counted_from:
                confirmed.add(int((time.monotonic() - began) * 1e9))
            due = max(due + 1 / EACH_PER_SECOND, began)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def talk(server: MeasuredProcess, url: str, tokens: Sequence[str], *, groomer_id: int, seconds: float) -> Talked:
    """Who is told "not now" writes again. Raises ChatRefused when anybody is refused for good."""
    confirmed = Histogram()
    async with connections(url) as http, AsyncExitStack() as stack:
        writers = []
        for token in tokens[:WRITERS]:
            body = {"groomer_id": groomer_id}
            room = await ApiClient(http, token=token).expect(
                200, 201, method="POST", path="/api/v1/rooms", json_body=body
            )
            device = ChatClient(url, token=token)
            await device.connect()
            stack.push_async_callback(device.close)
            await device.subscribe(room["id"], after=None)
            writers.append(Writer(device, room["id"]))
        counted_from = time.monotonic() + WARM_UP_SECONDS
        until = counted_from + seconds
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(writer.write_on(confirmed, until=until, counted_from=counted_from))
            await asyncio.sleep(counted_from - time.monotonic())
            began, used = time.monotonic(), processor_seconds(server.pid)
            await asyncio.sleep(until - time.monotonic())
            took, used = time.monotonic() - began, processor_seconds(server.pid) - used
    p50, p99 = (confirmed.percentile_ms(percent) for percent in (50, 99))
    return Talked(round(confirmed.total / took, 1), p50, p99, round(used / took, 3))
