"""Joins that arrive together go to Redis together, and each is answered as if it had come alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from coupon_queue import scripts
from coupon_queue.line.join_batches import CALL_MAX, Joining
from coupon_queue.scripts import Joined, Joiner, NotJoined
from coupon_queue.scripts.shared.line_keys import line_key
from coupon_queue.settings import Settings
from tests.harness.coupon_events import coupon_event


@asynccontextmanager
async def joining_at(redis: Redis, *, timeout_seconds: float = 5.0) -> AsyncIterator[Joining]:
    joining = Joining(Settings.model_construct(redis_timeout_seconds=timeout_seconds), redis=redis)
    job = asyncio.create_task(joining.run())
    await asyncio.sleep(0)
    try:
        yield joining
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


async def new_line(redis: Redis, **changes: object) -> UUID:
    event = coupon_event(**changes)
    await scripts.announce(redis, event=event)
    return event.coupon_event_id


async def script_calls(redis: Redis) -> int:
    return int((await redis.info("commandstats")).get("cmdstat_evalsha", {}).get("calls", 0))


async def test_those_who_come_together_share_a_call_and_each_has_the_place_of_its_own(redis: Redis) -> None:
    line = await new_line(redis)
    async with joining_at(redis) as joining:
        await joining.join(event_id=line, joiner=Joiner(1, 0, "t"))  # the script is known from here on
        before = await script_calls(redis)

        streams = [joining.join(event_id=line, joiner=Joiner(account, 0, f"t{account}")) for account in range(1, 501)]
        answers = await asyncio.gather(*streams)

        assert await script_calls(redis) - before == -(-500 // CALL_MAX)
    assert [answer.created for answer in answers if isinstance(answer, Joined)] == [False] + [True] * 499
    assert [answer.place.number for answer in answers if isinstance(answer, Joined)] == list(range(1, 501))
    assert [answer.place.ahead for answer in answers if isinstance(answer, Joined)] == list(range(500))
    assert await redis.hget(line_key(line, "numbers"), "77") == "77 t77"


async def test_one_account_that_comes_twice_at_once_has_one_place(redis: Redis) -> None:
    line = await new_line(redis)
    async with joining_at(redis) as joining:
        answers = await asyncio.gather(*(joining.join(event_id=line, joiner=Joiner(7, 0, "t")) for _ in range(10)))

    assert [(a.created, a.place.number) for a in answers if isinstance(a, Joined)] == [(True, 1)] + [(False, 1)] * 9


async def test_some_of_a_call_are_refused_and_the_others_are_not(redis: Redis) -> None:
    line = await new_line(redis, max_waiting=2)
    async with joining_at(redis) as joining:
        answers = await asyncio.gather(
            *(joining.join(event_id=line, joiner=Joiner(account, 0, "t")) for account in (1, 2, 3, 1)),
            joining.join(event_id=uuid4(), joiner=Joiner(1, 0, "t")),
        )

    assert [isinstance(answer, Joined) for answer in answers] == [True, True, False, True, False]
    assert answers[2:] == [NotJoined("line-full"), answers[3], NotJoined("unknown-event")]


async def test_a_call_that_fails_fails_its_own_joins_and_no_others(redis: Redis) -> None:
    broken, sound = await new_line(redis), await new_line(redis)
    await redis.set(line_key(broken, "waiting"), "not a line")
    async with joining_at(redis) as joining:
        lines = [broken, sound, broken, sound]
        answers = await asyncio.gather(
            *(joining.join(event_id=line, joiner=Joiner(n, 0, "t")) for n, line in enumerate(lines)),
            return_exceptions=True,
        )
        await redis.delete(line_key(broken, "waiting"))
        mended = await joining.join(event_id=broken, joiner=Joiner(9, 0, "t"))

    assert [type(answer) for answer in answers] == [ResponseError, Joined, ResponseError, Joined]
    assert isinstance(mended, Joined)


async def test_a_request_that_is_given_up_takes_nobody_with_it(redis: Redis) -> None:
    line = await new_line(redis)
    async with joining_at(redis) as joining:
        tasks = [asyncio.create_task(joining.join(event_id=line, joiner=Joiner(n, 0, "t"))) for n in range(1, 4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(answers[0], asyncio.CancelledError)
    assert all(isinstance(answer, Joined) for answer in answers[1:])


async def test_whoever_waited_as_long_as_redis_may_take_does_not_wait_for_another_call(redis: Redis) -> None:
    line = await new_line(redis)
    async with joining_at(redis, timeout_seconds=0.2) as joining:
        await redis.client_pause(600)
        first = asyncio.create_task(joining.join(event_id=line, joiner=Joiner(1, 0, "t")))
        await asyncio.sleep(0.05)  # the call is on its way
        second = asyncio.create_task(joining.join(event_id=line, joiner=Joiner(2, 0, "t")))

        with pytest.raises(RedisTimeoutError):
            await second

        assert isinstance(await first, Joined)
        assert isinstance(await joining.join(event_id=line, joiner=Joiner(2, 0, "t")), Joined)


async def test_joins_are_refused_at_once_when_redis_is_gone(redis: Redis) -> None:
    gone = Redis(port=1)
    async with joining_at(gone) as joining:
        answers = await asyncio.gather(
            *(joining.join(event_id=uuid4(), joiner=Joiner(n, 0, "t")) for n in range(3)), return_exceptions=True
        )
    await gone.aclose()

    assert all(isinstance(answer, RedisError) for answer in answers)
