"""What waits for a socket's consumer: bounded, and handed out no faster than its account may send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from serving.sockets.inbox import MAX_FRAMES, Inbox

pytestmark = pytest.mark.unit


def _frame(text: str = "x") -> dict[str, Any]:
    return {"type": "websocket.receive", "text": text}


async def test_a_full_inbox_says_so_and_says_when_there_is_room_again() -> None:
    rooms: list[bool] = []
    inbox = Inbox(on_room=lambda: rooms.append(inbox.is_full))
    for _ in range(MAX_FRAMES):
        inbox.put_nowait(_frame())

    was_full = inbox.is_full
    await inbox.get()
    await asyncio.sleep(0)

    assert was_full
    assert rooms == [False]


async def test_a_paused_inbox_takes_and_gives_nothing_until_the_pause_is_over() -> None:
    rooms: list[bool] = []
    inbox = Inbox(on_room=lambda: rooms.append(inbox.is_full))
    inbox.put_nowait(_frame())
    loop = asyncio.get_running_loop()

    inbox.pause(0.05)
    was_full, began = inbox.is_full, loop.time()
    await inbox.get()
    await asyncio.sleep(0)

    assert was_full
    assert loop.time() - began >= 0.045
    assert rooms == [False]


async def test_the_end_of_a_connection_is_not_kept_waiting_by_a_pause() -> None:
    inbox = Inbox(on_room=lambda: None)

    inbox.pause(60)
    inbox.put_nowait(_frame())
    inbox.put_nowait({"type": "websocket.disconnect"})

    await asyncio.wait_for(inbox.get(), 1)
    inbox.pause(60)  # as that last frame's handling does

    assert (await asyncio.wait_for(inbox.get(), 1))["type"] == "websocket.disconnect"
