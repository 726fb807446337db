"""The way to Redis for those who join: together, as one call for all who came while the call before was on its way.

A call costs this process as much as everything else that a join needs, and it costs the same for one as for many.
A quiet line notices nothing: who comes alone goes alone, and at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple
from uuid import UUID

from opentelemetry.trace import SpanKind
from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

from coupon_queue import scripts
from coupon_queue.scripts import Joined, Joiner, NotJoined
from coupon_queue.settings import Settings
from salon_kit.spans.batches import batch_unit
from salon_kit.spans.recording import Parent, here

# Redis does nothing else during a call: about 5 ms for so many.
CALL_MAX = 200


class _Waiting(NamedTuple):
    joiner: Joiner
    since: float
    parent: Parent | None
    answer: asyncio.Future[Joined | NotJoined]


class Joining:
    """Lives as long as the app, which runs `run`. One call of one event is on its way at a time."""

    def __init__(self, settings: Settings, *, redis: Redis) -> None:
        self._settings = settings
        self._redis = redis
        self._waiting: dict[UUID, deque[_Waiting]] = {}
        self._calls = asyncio.TaskGroup()

    async def run(self) -> None:
        async with self._calls:
            await asyncio.Event().wait()

    async def join(self, *, event_id: UUID, joiner: Joiner) -> Joined | NotJoined:
        """As `scripts.join` for one. A call that fails raises the same error for all who went with it."""
        loop = asyncio.get_running_loop()
        waiting = self._waiting.get(event_id)
        if waiting is None:
            # The task begins in the next turn of the loop, and takes all who came in this one.
            self._calls.create_task(self._call_while_any(event_id), name="join")
            waiting = self._waiting[event_id] = deque()
        answer: asyncio.Future[Joined | NotJoined] = loop.create_future()
        waiting.append(_Waiting(joiner, loop.time(), here(), answer))
        return await answer

    async def _call_while_any(self, event_id: UUID) -> None:
        waiting = self._waiting[event_id]
        try:
            while waiting:
                await self._call(event_id, [waiting.popleft() for _ in range(min(CALL_MAX, len(waiting)))])
        finally:
            del self._waiting[event_id]

    async def _call(self, event_id: UUID, people: list[_Waiting]) -> None:
        going = self._without_the_late(people)
        if not going:
            return
        parents = [person.parent for person in going if person.parent is not None]
        try:
            with batch_unit("join", parents, count=len(going), kind=SpanKind.INTERNAL, facts={}):
                answers = await scripts.join(
                    self._redis,
                    event_id=event_id,
                    joiners=[person.joiner for person in going],
                    grace_seconds=self._settings.grace_seconds,
                )
        except Exception as error:
            # Whether it is an outage or a bug is for each request's own endpoint to say.
            for person in going:
                if not person.answer.done():
                    person.answer.set_exception(error)
            return
        for person, answer in zip(going, answers, strict=True):
            if not person.answer.done():  # the request may have been given up meanwhile
                person.answer.set_result(answer)

    def _without_the_late(self, people: list[_Waiting]) -> list[_Waiting]:
        """Without those who are gone, and those who waited already as long as Redis may take to answer."""
        earliest = asyncio.get_running_loop().time() - self._settings.redis_timeout_seconds
        for person in people:
            if person.since < earliest and not person.answer.done():
                person.answer.set_exception(RedisTimeoutError("Redis did not answer those in front in time"))
        return [person for person in people if not person.answer.done()]
