"""Who looks at a line without standing in it hears at once what becomes of it, and costs next to nothing."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from redis.asyncio import Redis
from starlette.datastructures import Address

from coupon_queue.callers.caller import address_of
from coupon_queue.scripts import Status
from coupon_queue.settings import Settings
from coupon_queue.streams.watchers import Watchers
from salon_contracts.events.coupons import CouponEventChangedV1, Draw, EventState, LineOrder
from salon_contracts.stores.redis_keys import line_public_state, line_tag
from salon_contracts.verify.draw import commitment_of
from tests.conftest import StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import SseEvent, sse
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually


class Watcher:
    """Opens a stream as a page does that nobody has signed in on."""

    def __init__(self, http: aiohttp.ClientSession, queue: QueueProcess, event_id: UUID) -> None:
        self._http = http
        self.url = f"{queue.url}/queue/v1/events/{event_id}/watch"
        self.received: list[SseEvent] = []
        self.received_at: dict[str, float] = {}

    async def watch(self) -> None:
        async with self._http.get(self.url) as response:
            assert response.status == 200
            async for received in sse(response):
                self.received.append(received)
                self.received_at.setdefault(received.data.get("state", received.name), time.monotonic())

    @property
    def states(self) -> list[str]:
        return [received.data["state"] for received in self.received if received.name == "status"]


def scheduled(**changes: Any) -> CouponEventChangedV1:
    now = datetime.now(UTC)
    return coupon_event(opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2), **changes)


def a_lottery() -> CouponEventChangedV1:
    event_id = uuid4()
    draw = Draw(commitment=commitment_of(event_id=str(event_id), seed="5" * 64))
    return scheduled(coupon_event_id=event_id, line_order=LineOrder.LOTTERY, draw=draw)


def opened(event: CouponEventChangedV1) -> CouponEventChangedV1:
    return event.model_copy(update={"revision": event.revision + 1, "opens_at": datetime.now(UTC)})


@pytest.mark.parametrize("order", LineOrder)
async def test_everybody_hears_of_an_early_opening_at_once_though_nobody_has_joined(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main, order: LineOrder
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(a_lottery() if order is LineOrder.LOTTERY else scheduled())
    await until_known(event, one, two)
    watchers = [Watcher(http, queue, event.coupon_event_id) for queue in (one, two) * 10]
    tasks = [asyncio.create_task(watcher.watch()) for watcher in watchers]
    await eventually(lambda: all(watcher.states == ["not-open"] for watcher in watchers))

    sent_at = time.monotonic()
    main.publish(opened(event))

    state = "open" if order is LineOrder.FIFO else "drawing"
    await eventually(lambda: all(watcher.states[-1] == state for watcher in watchers))
    assert max(watcher.received_at[state] for watcher in watchers) - sent_at < 2
    for task in tasks:
        task.cancel()


async def test_the_clock_opens_a_line_for_all_who_look_and_its_end_ends_their_streams(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue()
    opens_at = datetime.now(UTC) + timedelta(seconds=2)
    event = main.publish(coupon_event(opens_at=opens_at, closes_at=opens_at + timedelta(seconds=2)))
    await until_known(event, queue)
    watcher = Watcher(http, queue, event.coupon_event_id)

    await asyncio.wait_for(watcher.watch(), 15)

    assert [state for n, state in enumerate(watcher.states) if state not in watcher.states[:n]] == [
        "not-open",
        "open",
        "closed",
    ]
    assert await _comes_back(http, watcher) == 204


async def _comes_back(http: aiohttp.ClientSession, watcher: Watcher) -> int:
    async with http.get(watcher.url, headers={"Last-Event-ID": watcher.received[-1].id or ""}) as response:
        return response.status


async def test_looking_leaves_nothing_in_redis(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(scheduled())
    await until_known(event, queue)

    async def keys() -> set[str]:
        return {key async for key in redis.scan_iter(f"{line_tag(event.coupon_event_id)}*")}

    await eventually(lambda: redis.exists(line_public_state(event.coupon_event_id)))  # the leader has been here
    before = await keys()
    watchers = [Watcher(http, queue, event.coupon_event_id) for _ in range(100)]
    tasks = [asyncio.create_task(watcher.watch()) for watcher in watchers]
    await eventually(lambda: all(watcher.states for watcher in watchers))
    await asyncio.sleep(1.2)  # an instance reports once a second

    assert await keys() == before
    for task in tasks:
        task.cancel()


async def test_redis_is_asked_once_for_all_who_look_at_one_moment() -> None:
    asked = 0

    async def read(_: UUID) -> Status:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        now = datetime.now(UTC)
        return Status("not-open", 0, 0, 5, 0, now, now)

    watchers = Watchers(Settings.model_construct(), read=read)

    await asyncio.gather(*(watchers.newest(UUID(int=1)) for _ in range(500)))

    assert asked == 1


async def test_who_looks_hears_it_also_when_redis_was_away_at_the_opening(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main, redis_process: Any
) -> None:
    queue = start_queue()
    event = main.publish(scheduled())
    await until_known(event, queue)
    watcher = Watcher(http, queue, event.coupon_event_id)
    task = asyncio.create_task(watcher.watch())
    await eventually(lambda: watcher.states)

    with redis_process.hung():
        main.publish(opened(event))
        await asyncio.sleep(2)

    await eventually(lambda: watcher.states[-1] == "open", seconds=10)
    task.cancel()


async def test_lookers_are_bounded_by_address_and_altogether(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue(QUEUE_WATCHERS_MAX="4", QUEUE_WATCHERS_PER_ADDRESS="3")
    event = main.publish(scheduled())
    await until_known(event, queue)
    url = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/watch"
    addresses = ["10.0.0.1"] * 4 + ["10.0.0.2", "10.0.0.3"]

    answers = [await http.get(url, headers={"X-Real-IP": address}) for address in addresses]
    codes = [None if answer.status == 200 else (await answer.json(content_type=None))["code"] for answer in answers]
    answers[0].close()

    assert codes == [None] * 3 + ["rate-limited", None, "too-many-watching"]

    async def one_more() -> bool:
        async with http.get(url, headers={"X-Real-IP": "10.0.0.1"}) as again:
            return bool(again.status == 200)

    await eventually(one_more)
    for answer in answers:
        answer.close()


async def test_a_stopping_instance_says_farewell_to_those_who_look(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(scheduled())
    await until_known(event, queue)
    watcher = Watcher(http, queue, event.coupon_event_id)
    task = asyncio.create_task(watcher.watch())
    await eventually(lambda: watcher.states)

    queue.stop()
    await task

    assert (watcher.received[-1].name, watcher.received[-1].data["reason"]) == ("farewell", "instance-leaving")


async def test_what_cannot_be_watched_is_refused_and_a_stale_token_is_nobodys_business(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main
) -> None:
    queue = start_queue()
    over = main.publish(coupon_event(state=EventState.CLOSED))
    await until_known(over, queue)
    events = f"{queue.url}/queue/v1/events"

    async with http.get(f"{events}/{uuid4()}/watch") as unknown:
        assert (unknown.status, (await unknown.json(content_type=None))["code"]) == (404, "unknown-event")
    async with http.head(f"{events}/{over.coupon_event_id}/watch") as head:
        assert head.status == 405
    stale = {"Cookie": "salon_access=stale", "Authorization": "Bearer stale"}
    async with http.get(f"{events}/{over.coupon_event_id}/watch", headers=stale) as ended:
        assert [received.data["state"] async for received in sse(ended)] == ["closed"]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("answered", "known_as"),
    [
        (b"203.0.113.7", "203.0.113.7"),
        (b"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (b"::ffff:203.0.113.7", "203.0.113.7"),
        (b"", "127.0.0.1"),
        (b"\xff; drop", "unknown"),
    ],
)
def test_an_address_is_what_nginx_saw(answered: bytes, known_as: str) -> None:
    assert address_of({b"x-real-ip": answered}, client=Address("127.0.0.1", 4)) == known_as
