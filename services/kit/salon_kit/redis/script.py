"""Lua files as callables: called by their hash, and sent along where the server does not know them.

A server forgets scripts when it starts again, at SCRIPT FLUSH, and one that takes over may never have heard of them: so
every call is ready for that answer, and nothing has to be loaded after a failover.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import redis
import redis.asyncio
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError

from salon_kit.redis.connect import ReplicatedRedis
from salon_kit.spans.recording import step

_RATE_LIMIT = Path(__file__).with_name("rate_limit.lua")

_REDIS = {"db.system.name": "redis"}

Word = str | int | float | bytes


class NotReplicated(RedisConnectionError):
    """Done on the primary, but no replica said in time that it has it: a failover may undo it."""


class Script:
    """One Lua file. Each runs as one atomic step in Redis. It raises what redis-py raises."""

    def __init__(self, text: str, *, name: str) -> None:
        """`name` is what its spans are called by."""
        self._text = text
        self._name = f"lua {name}"
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    @classmethod
    def beside(cls, module: str, *, name: str | None = None, with_rate_limit: bool = False) -> Script:
        """The Lua file of a wrapper's name, or of another name, in its folder. `module` is the wrapper's `__file__`.

        With the rate limit it may call `take` of rate_limit.lua, as a part of its one step.
        """
        path = Path(module)
        text = (path.with_name(f"{name}.lua") if name else path.with_suffix(".lua")).read_text()
        return cls(_RATE_LIMIT.read_text() + text if with_rate_limit else text, name=name or path.stem)

    async def __call__(self, redis: redis.asyncio.Redis, *, keys: Sequence[str], args: Sequence[Word] = ()) -> Any:
        with step(self._name, facts=_REDIS):
            try:
                return await redis.evalsha(self._sha, len(keys), *keys, *args)
            except NoScriptError:
                return await redis.eval(self._text, len(keys), *keys, *args)

    def run(self, redis: redis.Redis, *, keys: Sequence[str], args: Sequence[Word] = ()) -> Any:
        """As a call, for threads."""
        with step(self._name, facts=_REDIS):
            try:
                return redis.evalsha(self._sha, len(keys), *keys, *args)
            except NoScriptError:
                return redis.eval(self._text, len(keys), *keys, *args)

    async def kept(self, redis: redis.asyncio.Redis, *, keys: Sequence[str], args: Sequence[Word] = ()) -> Any:
        """As a call, but answers only when a replica has the change too, where there are replicas.

        Also for what only reads, when somebody is shown the answer: a primary that hung, was replaced meanwhile
        and wakes up has no replica any more, and what it still answers about a place may not be true.

        Raises NotReplicated. The step and its WAIT go out together on one connection: on another one, WAIT could
        already ask the next primary, which knows nothing of the step. Redis asks its replicas once for all who wait.
        """
        if not isinstance(redis, ReplicatedRedis):
            return await self(redis, keys=keys, args=args)
        with step(self._name, facts=_REDIS):
            try:
                return await _waited(redis, "EVALSHA", self._sha, len(keys), *keys, *args)
            except NoScriptError:
                return await _waited(redis, "EVAL", self._text, len(keys), *keys, *args)


async def _waited(redis: ReplicatedRedis, *command: Word) -> Any:
    async with redis.pipeline(transaction=False) as both:
        both.execute_command(*command)
        both.execute_command("WAIT", 1, redis.wait_ms)
        answer, replicas = await both.execute()
    if replicas < 1:
        raise NotReplicated("no replica has it yet")
    return answer
