"""How a stream begins and ends for readers that we did not write: the standard's, and those of other libraries."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import httpx
import pytest
import sseclient
from httpx_sse import EventSource
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import Joiner
from coupon_queue.streams.line_stream import ending_sent
from coupon_queue.streams.open_streams import OpenStreams
from salon_contracts.events.coupons import CouponEventChangedV1, EventState
from salon_kit.testing.redis_server import RedisProcess
from tests.conftest import NewCustomer, StartQueue
from tests.harness.connection import Connection
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.customer import Customer
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.one_instance import one_instance
from tests.harness.waiting import eventually

WAITING = 7


async def in_line(redis: Redis, event: CouponEventChangedV1, **opened_by: Any) -> tuple[OpenStreams, Connection]:
    """Somebody whose stream was served before the line's first frame reached this instance."""
    event_id = event.coupon_event_id
    await scripts.announce(redis, event=event)
    await scripts.join(redis, event_id=event_id, joiners=[Joiner(WAITING, 0, "test")], grace_seconds=60)
    here = one_instance(redis)
    return here.streams, await here.open_stream(event_id, WAITING, **opened_by)


async def test_a_change_before_the_first_frame_stands_where_the_place_stood(redis: Redis) -> None:
    event = coupon_event()
    streams, connection = await in_line(redis, event)
    seq = connection.events()[0].data["seq"]

    streams.send_changes(
        event_id=event.coupon_event_id, changes=[{"account": WAITING, "state": "claimed", "number": 1}]
    )

    claimed = connection.events()[1]
    assert (claimed.data["state"], claimed.data["seq"], claimed.id) == ("claimed", seq, str(seq))
    assert seq > 0


async def test_an_ended_session_ends_its_own_streams_and_says_why(redis: Redis) -> None:
    session, other = uuid4(), uuid4()
    streams, connection = await in_line(redis, coupon_event(), session_id=str(session))

    streams.end_session(account_id=WAITING, session_id=other)
    still_open = not connection.closed
    streams.end_session(account_id=WAITING, session_id=session)

    farewell = connection.events()[-1]
    assert still_open
    assert connection.closed
    assert (farewell.name, farewell.data["reason"]) == ("farewell", "session-ended")


async def test_all_streams_of_an_account_can_be_ended(redis: Redis) -> None:
    streams, connection = await in_line(redis, coupon_event())

    streams.end_account(WAITING)

    assert connection.closed


async def test_a_stream_that_is_still_opening_when_its_session_ends_does_not_stay(redis: Redis) -> None:
    event, session = coupon_event(), uuid4()
    streams, _ = await in_line(redis, event)
    opening = streams.expect(event_id=event.coupon_event_id, account_id=WAITING, session_id=str(session))
    streams.end_session(account_id=WAITING, session_id=session)
    connection = Connection()
    opening.begin(connection)

    streams.end_with_tokens(now=time.time())

    assert connection.closed


async def test_a_stream_ends_with_the_token_that_opened_it_and_the_next_token_goes_on(
    start_queue: StartQueue, new_customer: NewCustomer, keys: Keys, main: Main, http: aiohttp.ClientSession
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    await customer.join()
    operator = {"Authorization": f"Bearer {keys.token(9, role='operator', exp=int(time.time()) + 3)}"}

    async with asyncio.timeout(10):
        async with http.get(customer.path("operator"), headers=operator) as console:
            of_console = await _last_event(console)
        customer.token = keys.token(customer.account_id, exp=int(time.time()) + 3)
        async with http.get(customer.path("line"), headers=customer.headers) as response:
            of_line = await _last_event(response)
    customer.token = keys.token(customer.account_id)
    async with http.get(customer.path("line"), headers=customer.headers) as again:
        status = again.status

    for ending in (of_line, of_console):
        assert ending["event"] == "farewell"
        assert json.loads(ending["data"])["reason"] == "token-expired"
    assert status == 200


async def _last_event(response: aiohttp.ClientResponse) -> dict[str, str]:
    blocks = (await response.text()).strip().split("\n\n")
    return dict(line.split(": ", 1) for line in blocks[-1].split("\n"))


@pytest.mark.parametrize("ending", ["issued", "sold-out", "closed", "left"])
async def test_who_comes_back_after_the_last_word_is_told_to_stay_away(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, ending: str
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    first, second = new_customer(event, queue), new_customer(event, queue)
    customer = second if ending == "sold-out" else first
    for one in (first, second):
        await one.join()
    listening = asyncio.create_task(customer.listen())
    await eventually(lambda: customer.received)

    if ending == "left":
        await customer.leave()
    else:
        state = EventState.CLOSED if ending == "closed" else EventState.PUBLISHED
        main.publish(event.model_copy(update={"revision": 2, "paused": False, "state": state}))
    assert await listening == ending
    last_id = customer.received[-1].id or ""

    assert await _status_of_coming_back(customer, last_id) == 204
    assert await _status_of_coming_back(customer, None) == (404 if ending == "left" else 200), "somebody new"


async def _status_of_coming_back(customer: Customer, last_event_id: str | None) -> int:
    shown = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    async with customer.http.get(customer.path("line"), headers={**customer.headers, **shown}) as response:
        return response.status


@pytest.mark.unit
@pytest.mark.parametrize(
    "junk", [b"", b"-", b"7", b"7-waiting", b"issued", b"\xff-\xfe", b"7-issued-issued", b"9" * 9000]
)
def test_what_is_no_last_word_is_taken_for_none(junk: bytes) -> None:
    assert ending_sent(junk) is None
    assert ending_sent(b"7-issued") == "issued"


async def test_other_peoples_readers_hear_no_event_that_was_not_said(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main
) -> None:
    queue = start_queue(QUEUE_KEEPALIVE_SECONDS="0.1", QUEUE_TICK_SECONDS="0.7")
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    customer, other = new_customer(event, queue), new_customer(event, queue)
    await other.join()
    await customer.join()

    async with httpx.AsyncClient(timeout=20) as client, asyncio.timeout(15):
        request = client.build_request("GET", customer.path("line"), headers=customer.headers)
        response = await client.send(request, stream=True)
        received, raw = [], b""
        chunks = response.aiter_bytes()
        async for chunk in chunks:
            raw += chunk
            if raw.count(b"event: frame") == 3:
                main.publish(event.model_copy(update={"revision": 2, "paused": False}))
    assert b"\n:\n" in raw, "there were keepalives between"

    received = [sent async for sent in EventSource(_replayed(raw)).aiter_sse()]
    also = list(sseclient.SSEClient(iter([raw])).events())

    for events in (received, also):
        assert {event.event for event in events} == {"place", "frame"}
        assert all(event.data for event in events)
        assert all(event.id for event in events)
    assert [event.data for event in received] == [event.data for event in also]
    assert received[0].retry == 1000


def _replayed(raw: bytes) -> httpx.Response:
    async def stream() -> AsyncIterator[bytes]:
        yield raw

    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=stream())


@pytest.mark.parametrize("endpoint", ["line", "watch"])
async def test_who_is_gone_before_the_stream_opens_leaves_none_behind(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, redis_process: RedisProcess, endpoint: str
) -> None:
    queue = start_queue(QUEUE_REDIS_TIMEOUT_SECONDS="5")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    customer = new_customer(event, queue)
    await customer.join()
    request = (
        f"GET /queue/v1/events/{event.coupon_event_id}/{endpoint} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {customer.token}\r\n\r\n"
    )

    with redis_process.hung():
        for _ in range(5):
            _, writer = await asyncio.open_connection("127.0.0.1", queue.port)
            writer.write(request.encode())
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.transport.abort()
        await asyncio.sleep(0.3)

    async def none_is_left() -> bool:
        async with customer.http.get(f"{queue.url}/metrics") as response:
            text = await response.text()
            return "queue_streams 0.0" in text and "queue_watchers 0.0" in text

    await asyncio.sleep(1)
    await eventually(none_is_left, seconds=5)
    assert "Traceback" not in queue.log.read_text()
