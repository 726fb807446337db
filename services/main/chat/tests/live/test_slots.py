"""Costly work has so much room in a process, and one account less of it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from chat.live.slots import Slots
from salon_contracts.http.problem import RateLimited

pytestmark = pytest.mark.unit


async def test_one_account_leaves_room_for_others() -> None:
    slots = Slots(in_process=3, per_account=2)

    async with AsyncExitStack() as taken:
        for _ in range(2):
            await taken.enter_async_context(slots.slot(1))
        with pytest.raises(RateLimited):
            await taken.enter_async_context(slots.slot(1, wait_seconds=0.01))
        await taken.enter_async_context(slots.slot(2))
        with pytest.raises(RateLimited):
            await taken.enter_async_context(slots.slot(3, wait_seconds=0.01))

    assert len(slots) == 0


async def test_whoever_waits_gets_the_slot_that_becomes_free() -> None:
    slots, order = Slots(in_process=1), []

    async def work(account_id: int) -> None:
        async with slots.slot(account_id):
            order.append(account_id)
            await asyncio.sleep(0)

    await asyncio.gather(*(work(account_id) for account_id in (1, 2, 1, 3)))

    assert sorted(order) == [1, 1, 2, 3]
    assert len(slots) == 0
