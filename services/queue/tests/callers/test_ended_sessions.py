"""A session that ended is over here within seconds: its streams, and its tokens."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from redis.asyncio import Redis

from coupon_queue.callers.ended_sessions import EndedSessions
from salon_contracts.http.problem import InvalidToken
from salon_contracts.stores.ended_sessions import ENDED_SESSIONS, REMEMBERED_SECONDS, EndedSession
from salon_kit.testing.redis_server import RedisProcess
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main


async def _end(redis: Redis, session_id: UUID, account_id: int) -> None:
    """As main writes it."""
    fields: dict[Any, Any] = {**EndedSession(session_id=session_id, account_id=account_id).fields()}
    await redis.xadd(ENDED_SESSIONS, fields)


async def test_the_end_of_a_session_ends_its_streams_everywhere_and_refuses_its_tokens(
    start_queue: StartQueue,
    new_customer: NewCustomer,
    main: Main,
    keys: Keys,
    http: aiohttp.ClientSession,
    redis: Redis,
) -> None:
    queues = [start_queue(), start_queue()]
    event = main.publish(coupon_event(paused=True))
    await until_known(event, *queues)
    session = uuid4()
    customers = [new_customer(event, queue, account_id=7) for queue in queues]
    for customer in customers:
        customer.token = keys.token(7, sid=str(session))
    await customers[0].join()

    async with asyncio.timeout(20):
        streams = [await http.get(one.path("line"), headers=one.headers) for one in customers]
        await _end(redis, session, 7)
        began = time.monotonic()
        last = [(await stream.text()).strip().split("\n\n")[-1] for stream in streams]
        assert time.monotonic() - began < 5

    for words in last:
        assert "event: farewell" in words
        assert json.loads(words.split("data: ")[1])["reason"] == "session-ended"
    late = start_queue()
    await until_known(event, late)
    for queue in (*queues, late):
        path = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/place"
        async with http.get(path, headers=customers[0].headers) as refused:
            assert (refused.status, (await refused.json())["code"]) == (401, "invalid-token")
        other = {"Authorization": f"Bearer {keys.token(7, sid=str(uuid4()))}"}
        async with http.get(path, headers=other) as another_device:
            assert another_device.status == 200


async def test_what_ended_while_redis_was_away_is_heard_when_it_is_back(
    start_queue: StartQueue,
    new_customer: NewCustomer,
    main: Main,
    keys: Keys,
    redis_process: RedisProcess,
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    session = uuid4()
    customer = new_customer(event, queue)
    customer.token = keys.token(customer.account_id, sid=str(session))
    await customer.join()

    redis_process.stop()
    await asyncio.sleep(1)
    redis_process.start()
    async with Redis.from_url(redis_process.url) as fresh:
        await _end(fresh, session, customer.account_id)

    statuses = []
    for _ in range(20):
        async with customer.http.get(customer.path("place"), headers=customer.headers) as answer:
            statuses.append(answer.status)
        await asyncio.sleep(0.25)
    assert statuses[-1] == 401, statuses


@pytest.mark.unit
def test_what_ended_is_remembered_as_long_as_a_token_may_live_and_no_longer() -> None:
    ended, session = EndedSessions(), str(uuid4())

    assert ended.note(session, now=0)
    assert not ended.note(session, now=1)
    with pytest.raises(InvalidToken):
        ended.refuse(session)
    ended.note(str(uuid4()), now=REMEMBERED_SECONDS + 2)

    ended.refuse(session)
    ended.refuse(None)
