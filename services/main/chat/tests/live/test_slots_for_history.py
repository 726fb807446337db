"""Whoever reads history has a slot for it, and nobody else has one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chat.live.slots import IN_PROCESS, PER_ACCOUNT
from chat.tests.harness.log_in_memory import (
    ROOM,
    Ear,
    Progress,
    SlowHistory,
    arrive,
    frame,
    live_from,
    message,
    resume_with,
)
from salon_contracts.events.chat import Cursor

pytestmark = pytest.mark.unit

BEYOND_THE_END = Cursor(1, 10**12)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2 * PER_ACCOUNT) as pool:
        yield pool


async def test_many_who_wait_for_what_never_comes_keep_nobody_from_the_past(threads: ThreadPoolExecutor) -> None:
    live, ear = live_from(10), Ear()
    arrive(live, 10, 11)
    resume = resume_with(live, SlowHistory([message(n) for n in range(10)]), Progress(10), threads)
    strangers = [
        asyncio.create_task(
            resume.subscribe(listener=Ear(), account_id=account_id, room_id=str(ROOM), after=BEYOND_THE_END)
        )
        for account_id in range(4 * IN_PROCESS)
    ]
    await asyncio.sleep(0)

    result = await resume.subscribe(listener=ear, account_id=-1, room_id=str(ROOM), after=Cursor(1, 4))
    are_waiting = not any(stranger.done() for stranger in strangers)
    for stranger in strangers:
        stranger.cancel()
    await asyncio.gather(*strangers, return_exceptions=True)

    assert are_waiting
    assert result.recovered
    assert ear.received == [frame(n) for n in range(5, 12)]


async def test_one_account_asks_history_for_few_rooms_at_once(threads: ThreadPoolExecutor) -> None:
    live = live_from(10)
    history, lock, asking, most = SlowHistory([]), threading.Lock(), 0, 0

    def ask() -> None:
        nonlocal asking, most
        with lock:
            asking += 1
            most = max(most, asking)
        time.sleep(0.05)
        with lock:
            asking -= 1

    history.meanwhile = ask
    resume = resume_with(live, history, Progress(10), threads)

    await asyncio.gather(
        *(
            resume.subscribe(listener=Ear(), account_id=1, room_id=str(ROOM), after=Cursor(1, 4))
            for _ in range(3 * PER_ACCOUNT)
        )
    )

    assert most == PER_ACCOUNT
