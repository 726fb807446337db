"""Waiting for something that another task or another process does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def until(happened: Callable[[], bool], *, seconds: float) -> bool:
    """Look every 20 ms; False when it did not happen in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not happened():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


async def until_answered(ask: Callable[[], Awaitable[Any]], fits: Callable[[Any], bool], *, seconds: float = 20) -> Any:
    """The first answer that fits. Raises AssertionError with the last one that did not."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not fits(answer := await ask()):
        if loop.time() > deadline:
            raise AssertionError(f"not within {seconds} s; the last answer was {answer}")
        await asyncio.sleep(0.2)
    return answer
