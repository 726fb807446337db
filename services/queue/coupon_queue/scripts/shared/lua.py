"""Lua files as callables: sent once, then called by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError

from salon_kit.redis.connect import ReplicatedRedis

_SCRIPTS = Path(__file__).parents[1]
_PRELUDE = (_SCRIPTS / "shared" / "prelude.lua").read_text()

Word = str | int | float | bytes


class NotReplicated(RedisConnectionError):
    """Done on the primary, but no replica said in time that it has it: a failover may undo it."""


class Script:
    """One Lua file. Each runs as one atomic step in Redis."""

    def __init__(self, name: str, *, text: str) -> None:
        self.name = name
        self._text = text
        self._sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, redis: Redis, *, keys: Sequence[str], args: Sequence[Word] = ()) -> Any:
        try:
            return await redis.evalsha(self._sha, len(keys), *keys, *args)
        except NoScriptError:
            return await redis.eval(self._text, len(keys), *keys, *args)

    async def kept(self, redis: Redis, *, keys: Sequence[str], args: Sequence[Word] = ()) -> Any:
        """As a call, but answers only when a replica has the change too, where there are replicas.

        Also for what only reads, when somebody is shown the answer: a primary that hung, was replaced meanwhile
        and wakes up has no replica any more, and what it still answers about a place may not be true.

        Raises NotReplicated. The step and its WAIT go out together on one connection: on another one, WAIT could
        already ask the next primary, which knows nothing of the step. Redis asks its replicas once for all who wait.
        """
        if not isinstance(redis, ReplicatedRedis):
            return await self(redis, keys=keys, args=args)
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


def line_script(name: str) -> Script:
    """A script about one line: it gets that line's keys (`line_keys`) under the names that prelude.lua gives them."""
    return Script(name, text=_PRELUDE + (_SCRIPTS / f"{name}.lua").read_text())


def plain_script(name: str) -> Script:
    return Script(name, text=(_SCRIPTS / f"{name}.lua").read_text())
