"""Whatever fails, a socket's subscriptions stay what they were."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from chat.live.registry import MAX_HELD
from chat.live.resume import Resume
from chat.models import Room
from chat.tests.harness.clients import connected
from chat.tests.harness.log_in_memory import (
    PARTITION,
    ROOM,
    Ear,
    Progress,
    SlowHistory,
    arrive,
    frame,
    live_from,
    resume_with,
)
from chat.tests.harness.servers import Server
from salon_contracts.events.chat import Cursor
from salon_contracts.http.problem import DependencyDown


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def _failing(resume: Resume, ear: Ear, meanwhile: Any, error: BaseException) -> None:
    """Subscribe again, and fail after `meanwhile` has happened."""

    async def fail(_room_id: str) -> None:
        meanwhile()
        raise error

    resume._reading_has_begun = fail  # type: ignore[method-assign, assignment]
    with pytest.raises(type(error)):
        await resume.subscribe(listener=ear, account_id=1, room_id=str(ROOM), after=None)


@pytest.mark.unit
@pytest.mark.parametrize("error", [DependencyDown(dependency="kafka"), ValueError(), asyncio.CancelledError()])
async def test_the_first_subscription_goes_on_without_a_gap_when_a_second_one_fails(
    threads: ThreadPoolExecutor, error: BaseException
) -> None:
    live, ear = live_from(10), Ear()
    resume = resume_with(live, SlowHistory([]), Progress(10), threads)
    await resume.subscribe(listener=ear, account_id=1, room_id=str(ROOM), after=None)
    arrive(live, 10)

    await _failing(resume, ear, lambda: arrive(live, 11, 12), error)
    arrive(live, 13)

    assert ear.received == [frame(n) for n in range(10, 14)]


@pytest.mark.unit
async def test_a_first_subscription_that_fails_leaves_nothing(threads: ThreadPoolExecutor) -> None:
    live, ear = live_from(10), Ear()
    resume = resume_with(live, SlowHistory([]), Progress(10), threads)

    await _failing(resume, ear, lambda: arrive(live, 10), DependencyDown(dependency="kafka"))
    arrive(live, 11)

    assert ear.received == []
    assert live.registry._by_room == {}


@pytest.mark.unit
async def test_more_than_may_be_held_reaches_the_first_subscription_meanwhile(threads: ThreadPoolExecutor) -> None:
    live, ear = live_from(10), Ear()
    resume = resume_with(live, SlowHistory([]), Progress(10), threads)
    await resume.subscribe(listener=ear, account_id=1, room_id=str(ROOM), after=None)
    end = 10 + MAX_HELD + 5

    await _failing(resume, ear, lambda: arrive(live, *range(10, end)), DependencyDown(dependency="kafka"))
    arrive(live, end)

    assert ear.received == [frame(n) for n in range(10, end + 1)]


@pytest.mark.unit
async def test_a_second_subscription_takes_the_place_of_the_first(threads: ThreadPoolExecutor) -> None:
    live, ear = live_from(10), Ear()
    resume = resume_with(live, SlowHistory([]), Progress(10), threads)
    await resume.subscribe(listener=ear, account_id=1, room_id=str(ROOM), after=None)
    arrive(live, 10, 11)

    await resume.subscribe(listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 10))
    live.take_in([], {PARTITION: 12})
    arrive(live, 12)

    assert ear.received == [frame(n) for n in (10, 11, 11, 12)]


async def test_no_refused_frame_changes_what_a_socket_listens_to(here: Server, room: Room, make_room: Any) -> None:
    others = await asyncio.to_thread(make_room)
    mine, theirs, nobodys = str(room.pk), str(others.pk), str(uuid4())
    async with connected(here, room.customer) as customer, connected(here, room.groomer.account) as groomer:
        await customer.subscribe(room)
        refused = [
            await customer.ask(**frame)
            for frame in (
                {"type": "subscribe", "room_id": mine, "after": "nonsense"},
                {"type": "subscribe", "room_id": mine, "more": 1},
                {"type": "subscribe", "room_id": theirs},
                {"type": "subscribe", "room_id": nobodys, "after": "1-0"},
                {"type": "unsubscribe", "room_id": mine, "more": 1},
                {"type": "unsubscribe", "room_id": theirs},
                {"type": "send", "room_id": mine, "client_message_id": mine, "text": ""},
                {"type": "send", "room_id": theirs, "client_message_id": mine, "text": "x"},
                {"type": "ping", "room_id": mine},
            )
        ]
        await groomer.send(room, "still there?")
        await customer.until(lambda: bool(customer.messages))

    assert {answer["type"] for answer in refused} == {"problem"}
    assert customer.texts() == ["still there?"]
