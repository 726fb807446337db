"""Looking back while new messages arrive, forced into every order. No server: the log is a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.history.messages import Standing, words_of
from chat.live import resume as resuming
from chat.live.recent import RecentMessages
from chat.live.registry import MAX_HELD, Subscription
from chat.tests.harness.log_in_memory import (
    PARTITION,
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
from salon_contracts.http.problem import DependencyDown

BEGAN = datetime(2026, 5, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.unit


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def test_what_arrives_while_history_is_read_comes_after_it_and_once(threads: ThreadPoolExecutor) -> None:
    live, ear, loop = live_from(10), Ear(), asyncio.get_running_loop()
    arrive(live, 10, 11)
    history = SlowHistory([message(n) for n in range(10)])
    history.meanwhile = lambda: _and_wait(loop, lambda: arrive(live, 12, 13))

    result = await resume_with(live, history, Progress(10), threads).subscribe(
        listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 4)
    )
    arrive(live, 14)

    assert ear.received == [frame(n) for n in range(5, 15)]
    assert result[:2] == (True, Cursor(1, 13))


async def test_looking_back_before_listening_would_leave_a_gap(threads: ThreadPoolExecutor) -> None:
    """The twin: the same order of events with the two steps the other way round loses messages."""
    live, ear, loop = live_from(10), Ear(), asyncio.get_running_loop()
    history = SlowHistory([message(n) for n in range(10)])
    history.meanwhile = lambda: _and_wait(loop, lambda: arrive(live, 10, 11))

    missed = await loop.run_in_executor(
        threads, lambda: history.between(room_id=str(ROOM), after=4, before=10, count=100)
    )
    subscription = live.registry.add(str(ROOM), ear)
    for one in missed:
        subscription.give(one)
    subscription.go_live()
    arrive(live, 12)

    assert ear.received == [frame(n) for n in (5, 6, 7, 8, 9, 12)]


async def test_a_worker_that_is_behind_is_waited_for(threads: ThreadPoolExecutor) -> None:
    live, ear = live_from(10), Ear()
    history = SlowHistory([message(n) for n in range(10)])

    result = await resume_with(live, history, Progress(None, 3, 7, 10), threads).subscribe(
        listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 4)
    )

    assert result.recovered is True
    assert ear.received == [frame(n) for n in range(5, 10)]


async def test_a_worker_that_stays_behind_means_not_recovered(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "WAIT_SECONDS_MAX", 0.2)
    live, ear = live_from(10), Ear()
    history = SlowHistory([message(n) for n in range(7)])

    result = await resume_with(live, history, Progress(7), threads).subscribe(
        listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 4)
    )
    arrive(live, 10)

    assert result[:2] == (False, Cursor(1, 9))
    assert ear.received == [frame(10)]


async def test_an_instance_that_is_behind_does_not_repeat_what_the_client_has(threads: ThreadPoolExecutor) -> None:
    live, ear, loop = live_from(0), Ear(), asyncio.get_running_loop()
    arrive(live, 0, 1)
    loop.call_later(0.05, lambda: arrive(live, 2, 3, 4))

    result = await resume_with(live, SlowHistory([]), Progress(0), threads).subscribe(
        listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 3)
    )

    assert result[:2] == (True, Cursor(1, 4))
    assert ear.received == [frame(4)]


@pytest.mark.parametrize("end_of_log", [8, None], ids=["has-it", "has-no-leader"])
async def test_an_instance_that_stays_behind_what_the_client_has_refuses_it_for_now(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, end_of_log: int | None
) -> None:
    """Else it would begin at its own end, and give the client a second time what that has had from another."""
    monkeypatch.setattr(resuming, "WAIT_SECONDS_MAX", 0.1)
    live, ear = live_from(5), Ear()

    with pytest.raises(DependencyDown):
        await resume_with(live, SlowHistory([]), Progress(5, end_of_log=end_of_log), threads).subscribe(
            listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 7)
        )
    arrive(live, 5, 6, 7, 8)

    assert ear.received == []


async def test_a_cursor_that_the_log_never_had_is_not_recovered(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resuming, "WAIT_SECONDS_MAX", 0.1)
    live, ear = live_from(5), Ear()

    result = await resume_with(live, SlowHistory([]), Progress(5, end_of_log=5), threads).subscribe(
        listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 7)
    )
    arrive(live, 5)

    assert result[:2] == (False, Cursor(1, 4))
    assert ear.received == [frame(5)]


async def test_more_than_may_be_held_means_not_recovered(threads: ThreadPoolExecutor) -> None:
    live, ear, loop = live_from(10), Ear(), asyncio.get_running_loop()
    history = SlowHistory([])
    history.meanwhile = lambda: _and_wait(loop, lambda: arrive(live, *range(10, 10 + MAX_HELD + 1)))

    result = await resume_with(live, history, Progress(10), threads).subscribe(
        listener=ear, account_id=1, room_id=str(ROOM), after=Cursor(1, 4)
    )

    assert result[:2] == (False, Cursor(1, 10 + MAX_HELD))
    assert ear.received == []


def test_a_copy_is_not_delivered() -> None:
    live, ear, name = live_from(0), Ear(), uuid4()
    live.registry.add(str(ROOM), ear).go_live()

    live.take_in([message(0, name=name), message(1), message(2, name=name)], {PARTITION: 3})

    assert ear.received == [frame(0, name=name), frame(1)]
    assert live.recent.standing_of(message(0, name=name).name) == Standing(Cursor(1, 0), words_of("x"))


@given(offsets=st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_cursors_only_rise_whatever_is_given(offsets: list[int]) -> None:
    ear = Ear()
    subscription = Subscription(ear)
    subscription.go_live()

    given_offsets = []
    for offset in offsets:
        before = len(ear.received)
        subscription.arrive(message(offset))
        if len(ear.received) > before:
            given_offsets.append(offset)

    assert given_offsets == sorted(set(given_offsets))
    assert max(given_offsets) == max(offsets)


@given(
    rooms=st.lists(st.integers(0, 3), min_size=1, max_size=60),
    room_of_it=st.integers(0, 3),
    room_bytes=st.integers(400, 4_000),
)
def test_the_ring_is_complete_from_where_it_says(rooms: list[int], room_of_it: int, room_bytes: int) -> None:
    recent = RecentMessages(bytes_per_partition=room_bytes)
    recent.begin(partition=PARTITION, offset=0, now=BEGAN)
    log = [message(offset, room=UUID(int=room)) for offset, room in enumerate(rooms)]
    read_at = [BEGAN + timedelta(seconds=offset) for offset in range(len(log))]
    for one, now in zip(log, read_at, strict=True):
        assert recent.add(one, now=now)

    since = recent.complete_since(PARTITION)
    assert recent.complete_from(PARTITION) == max([BEGAN, *read_at[:since]])

    room = str(UUID(int=room_of_it))
    expected = [one for one in log if one.room_id == room and one.offset >= since]
    assert recent.after(room, since - 1) == expected
    assert sum(one.size for one in log[since:]) <= room_bytes


def _and_wait(loop: asyncio.AbstractEventLoop, do: Callable[[], None]) -> None:
    """From a thread: let the loop do this now."""

    async def done() -> None:
        do()

    asyncio.run_coroutine_threadsafe(done(), loop).result(5)
