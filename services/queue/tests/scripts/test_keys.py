"""What is kept in Redis: nothing for what does not exist, and everything else has an owner and an end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.leader.lines import Lines
from coupon_queue.line.event_catalog import EventCatalog
from coupon_queue.scripts import Joiner, Term
from coupon_queue.scripts.shared.key_table import KEYS, LINE_KEPT, Ends, pattern_of
from coupon_queue.scripts.shared.line_keys import line_key, line_keys
from coupon_queue.settings import Settings
from salon_contracts.events.coupons import CouponEventChangedV1, EventState
from salon_contracts.stores.redis_keys import line_tag
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.waiting import eventually

ENDPOINTS = (
    *(("POST", "/ticket"), ("DELETE", "/ticket"), ("GET", "/line"), ("GET", "/place"), ("GET", "/watch")),
    *(("GET", "/operator"), ("GET", "")),
)
PAGE = Path(__file__).parents[4] / "docs" / "redis-keys.md"


async def ask_every_endpoint(http: aiohttp.ClientSession, url: str, event_id: UUID, token: str) -> list[int]:
    """What is refused is answered; a stream that opens all the same is closed at once."""
    statuses = []
    for method, endpoint in ENDPOINTS:
        address = f"{url}/queue/v1/events/{event_id}{endpoint}"
        async with http.request(method, address, headers={"Authorization": f"Bearer {token}"}) as response:
            statuses.append(response.status)
    return statuses


async def kept_of(redis: Redis, *events: UUID) -> dict[str, int]:
    """How many bytes each key of these lines holds."""
    keys = [key for event_id in events async for key in redis.scan_iter(f"{line_tag(event_id)}*")]
    return {key: await redis.memory_usage(key) or 0 for key in keys}


async def test_no_endpoint_keeps_anything_for_a_hundred_events_that_do_not_exist(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, redis: Redis
) -> None:
    queue = start_queue()
    strangers = [uuid4() for _ in range(100)]

    for n, event_id in enumerate(strangers):
        statuses = await ask_every_endpoint(http, queue.url, event_id, keys.token(n + 1))
        assert all(status < 500 for status in statuses), statuses
        await ask_every_endpoint(http, queue.url, event_id, keys.token(n + 1, role="operator"))
    await asyncio.sleep(2.5)  # two rounds of reports and beats

    assert await kept_of(redis, *strangers) == {}
    async with http.get(f"{queue.url}/metrics") as response:
        metrics = await response.text()
    assert not [event_id for event_id in strangers if str(event_id) in metrics]
    assert "queue_streams 0.0" in metrics


@pytest.mark.parametrize("when", ["open", "scheduled", "cancelled"])
async def test_a_hundred_people_who_never_joined_leave_nothing_in_a_line(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main, redis: Redis, when: str
) -> None:
    queue = start_queue()
    opens_at = datetime.now(UTC) + (timedelta(hours=1) if when == "scheduled" else timedelta(minutes=-1))
    state = EventState.CLOSED if when == "cancelled" else EventState.PUBLISHED
    event = main.publish(
        coupon_event(paused=True, opens_at=opens_at, closes_at=opens_at + timedelta(hours=2), state=state)
    )
    await until_known(event, queue)
    event_id = event.coupon_event_id
    await eventually(lambda: redis.exists(line_key(event_id, "public")))
    if when == "cancelled":
        await eventually(lambda: redis.hget(line_key(event_id, "public"), "state"))
    before = await kept_of(redis, event_id)

    async def ask(account_id: int) -> None:
        headers = {"Authorization": f"Bearer {keys.token(account_id)}"}
        for method, endpoint in ENDPOINTS:
            if (method, endpoint) == ("POST", "/ticket") and when == "open":
                continue  # that is joining
            async with http.request(
                method, f"{queue.url}/queue/v1/events/{event_id}{endpoint}", headers=headers
            ) as response:
                assert response.status < 500

    await asyncio.gather(*(ask(account_id) for account_id in range(1, 101)))
    await asyncio.sleep(1.5)

    after = await kept_of(redis, event_id)
    # What an instance reports of the refusals is one text of its own, and ends by itself.
    reports = {line_key(event_id, "reports"), line_key(event_id, "reported")}
    assert after.keys() - reports == before.keys() - reports
    assert sum(after[key] for key in after.keys() - reports) <= sum(before.values()) + 64


async def test_every_key_of_a_whole_drop_has_an_owner_and_its_end(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis: Redis
) -> None:
    one, two = start_queue(), start_queue()
    event = main.publish(coupon_event(quantity=4, paused=True))
    await until_known(event, one, two)
    customers = [new_customer(event, (one, two)[n % 2]) for n in range(12)]
    for customer in customers:
        await customer.join()
    listening = [asyncio.create_task(customer.listen()) for customer in customers[:10]]
    await eventually(lambda: all(customer.received for customer in customers[:10]))
    await customers[11].leave()
    await _each_key_ends(redis, event)

    main.publish(event.model_copy(update={"revision": 2, "paused": False}))
    await asyncio.gather(*listening)
    await customers[10].leave()  # of a line that is over, and has no ticks any more

    await _each_key_ends(redis, event)
    two.kill()
    await asyncio.sleep(1)
    await _each_key_ends(redis, event)


async def _each_key_ends(redis: Redis, event: CouponEventChangedV1) -> None:
    """The leader sees to it every five seconds."""
    line_ends = int((event.closes_at + LINE_KEPT).timestamp() * 1000)

    async def wrong() -> dict[str, int]:
        found = {}
        async for key in redis.scan_iter("*"):
            pattern, ends_at = pattern_of(key), await redis.pexpiretime(key)
            ends = pattern.ends if pattern else None
            is_ours = str(event.coupon_event_id) in key
            fits = {
                None: False,
                # Of other tests' events, which this Kafka has too, it is enough that they end.
                Ends.WITH_ITS_LINE: abs(ends_at - line_ends) < 5 if is_ours else ends_at > 0,
                Ends.UNREPORTED: ends_at > 0,
                Ends.LEASE: ends_at > 0,
                Ends.NEVER: ends_at == -1,
            }[ends]
            if not fits and ends_at != -2:
                found[key] = ends_at
        return found

    async def none_is_wrong() -> bool:
        return not await wrong()

    try:
        await eventually(none_is_wrong, seconds=8)
    except AssertionError:
        raise AssertionError(await wrong()) from None


async def test_what_is_long_over_is_not_brought_back_and_ends_within_the_hour_when_it_is_asked_for(
    start_queue: StartQueue, http: aiohttp.ClientSession, main: Main, redis: Redis
) -> None:
    ended = datetime.now(UTC) - LINE_KEPT - timedelta(days=1)
    event = main.publish(coupon_event(opens_at=ended - timedelta(hours=1), closes_at=ended, occurred_at=ended))
    queue = start_queue()
    await eventually(lambda: queue.knows_of(event))
    await asyncio.sleep(0.5)
    before = await kept_of(redis, event.coupon_event_id)

    async with http.get(f"{queue.url}/queue/v1/events/{event.coupon_event_id}") as response:
        status = await response.json()

    assert before == {}
    assert status["state"] == "closed"
    assert set(await kept_of(redis, event.coupon_event_id)) == {line_key(event.coupon_event_id, "meta")}
    assert 3000 < await redis.ttl(line_key(event.coupon_event_id, "meta")) <= 3600


async def test_a_leaders_step_writes_nothing_to_a_line_that_this_redis_does_not_know(redis: Redis) -> None:
    event_id, term = uuid4(), Term("me", 5)

    await scripts.expire(redis, event_id=event_id, term=term, batch_size=10, grace_seconds=60)
    await scripts.admit(redis, event_id=event_id, term=term, batch_size=10, window=10)
    await scripts.tick(redis, event_id=event_id, term=term, departures_max=10, stalled_seconds=5)
    await scripts.stream_opened(redis, event_id=event_id, instance="here", account_ids=[1, 2])
    await scripts.stream_closed(redis, event_id=event_id, instance="here", account_ids=[1, 2], grace_seconds=1)
    await scripts.leave(redis, event_id=event_id, account_id=1)
    await scripts.restore(redis, event_id=event_id, joiner=Joiner(1, 5, "t"), grace_seconds=1)

    assert await redis.dbsize() == 0


@pytest.mark.unit
def test_a_leader_keeps_nothing_in_mind_of_lines_that_it_does_not_look_after(redis: Redis) -> None:
    catalog = EventCatalog(redis=redis, brokers="nowhere", instance="here")
    lines = Lines(Settings.model_construct(), catalog=catalog)
    for _ in range(100):
        lines.of(uuid4())

    lines.active()

    assert lines.known() == {}


@pytest.mark.unit
def test_the_table_has_every_key_that_the_scripts_name_and_the_page_has_the_table() -> None:
    event_id = uuid4()
    named = {key for key in line_keys(event_id) if not key.endswith(":wire")}  # that one is a channel
    page = PAGE.read_text()

    assert all(pattern_of(key) for key in named)
    assert [pattern.pattern for pattern in KEYS if f"| `{pattern.pattern}` |" not in page] == []
