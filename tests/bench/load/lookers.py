"""How long an early opening takes to reach everybody who only looks.

    python -m tests.bench.load.lookers --lookers 10000 --queues 2

On a Redis, a Kafka and queue processes of its own. The time runs from the moment at which the operator's opening is
on its way to Kafka until the last looker has the event.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from salon_contracts.events.coupons import CouponEventChangedV1
from tests.bench.backing import publish, redis_and_kafka
from tests.bench.places import HOST, QUEUE_PORT
from tests.bench.queue_processes import announce, paused_event, queue

_CONNECTED_AT_ONCE = 100
_TIMEOUT_SECONDS = 60.0


class Looker(asyncio.Protocol):
    """Reads a stream, and of that only whether the line is open."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.looks = asyncio.Event()
        self.opened = asyncio.Event()
        self.opened_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if b'"state":"not-open"' in data:
            self.looks.set()
        if b'"state":"open"' in data and not self.opened.is_set():
            self.opened_at = time.monotonic()
            self.opened.set()


def _scheduled() -> CouponEventChangedV1:
    now = datetime.now(UTC)
    times = {"opens_at": now + timedelta(hours=1), "closes_at": now + timedelta(hours=2)}
    return paused_event().model_copy(update={**times, "paused": False})


async def _look(event: CouponEventChangedV1, *, lookers: int, queues: int) -> list[Looker]:
    request = f"GET /queue/v1/events/{event.coupon_event_id}/watch HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    loop, found = asyncio.get_running_loop(), list[Looker]()
    for start in range(0, lookers, _CONNECTED_AT_ONCE):
        some = [Looker(request) for _ in range(min(_CONNECTED_AT_ONCE, lookers - start))]
        for n, looker in enumerate(some):
            await loop.create_connection(lambda looker=looker: looker, HOST, QUEUE_PORT + (start + n) % queues)  # type: ignore[misc]
        await asyncio.gather(*(looker.looks.wait() for looker in some))
        found += some
    return found


async def _measure(*, lookers: int, queues: int) -> dict[str, float | int]:
    event = _scheduled()
    for number in range(queues):
        await asyncio.to_thread(announce, event, port=QUEUE_PORT + number)
    looking = await _look(event, lookers=lookers, queues=queues)
    opened = event.model_copy(update={"revision": 2, "opens_at": datetime.now(UTC), "occurred_at": datetime.now(UTC)})
    began = time.monotonic()
    await asyncio.to_thread(publish, opened)
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        await asyncio.gather(*(looker.opened.wait() for looker in looking))
    seconds = sorted(looker.opened_at - began for looker in looking)
    return {
        "lookers": lookers,
        "queues": queues,
        "first_seconds": round(seconds[0], 3),
        "median_seconds": round(seconds[len(seconds) // 2], 3),
        "last_seconds": round(seconds[-1], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lookers", type=int, default=10_000)
    parser.add_argument("--queues", type=int, default=2)
    wanted = parser.parse_args()
    with redis_and_kafka(), ExitStack() as stack:
        for number in range(wanted.queues):
            stack.enter_context(queue(number=number, core=None, watchers_per_address="20000"))
        print(json.dumps(asyncio.run(_measure(lookers=wanted.lookers, queues=wanted.queues))))


if __name__ == "__main__":
    main()
