"""Lua files as callables: sent once, then called by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

_HERE = Path(__file__).parent
_PRELUDE = (_HERE / "prelude.lua").read_text()

Word = str | int | float | bytes


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


def line_script(name: str) -> Script:
    """A script about one line: it gets that line's keys (`line_keys`) under the names that prelude.lua gives them."""
    return Script(name, text=_PRELUDE + (_HERE / f"{name}.lua").read_text())


def plain_script(name: str) -> Script:
    return Script(name, text=(_HERE / f"{name}.lua").read_text())
