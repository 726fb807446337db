"""Waiting for what comes soon, with an end."""

from __future__ import annotations

import asyncio
import time
from typing import Any


def until(check: Any, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


async def eventually(check: Any, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while True:
        result = check()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)
