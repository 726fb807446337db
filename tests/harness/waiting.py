"""Waiting for something that another task or another process does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], bool], *, seconds: float) -> bool:
    """Look every 20 ms; False when it did not happen in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not happened():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True
