"""An acknowledged message stands in history under its cursor with its words, whatever is lost on the way.

Two mains send the same few messages, with the same words and with others, while the log takes its time, the mains read
it late, the chat-worker stores it later still, Redis is emptied or away, and a main starts anew. The log, history and
the fan-out are lists here, so that every order can be forced; Redis is the real one.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.socket import earlier_tries, sending
from chat.tests.harness.lossy_world import WORDS, Step, play

STEPS = st.one_of(
    st.tuples(st.sampled_from(["send", "send at once"]), st.integers(0, 1), st.integers(0, 2), st.integers(0, 1)),
    st.tuples(
        st.sampled_from(["reach", "read", "store", "empty", "away", "back", "restart", "filler"]),
        st.integers(0, 1),
        st.just(0),
        st.just(0),
    ),
)


def _uuid7() -> UUID:
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | (uuid4().int & (2**62 - 1)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(STEPS, min_size=4, max_size=25),
    is_old_room=st.booleans(),
    are_time_ordered=st.booleans(),
    clocks_agree=st.booleans(),
)
def test_whatever_is_lost_an_acknowledged_message_stands_in_history(
    steps: list[Step], is_old_room: bool, are_time_ordered: bool, clocks_agree: bool
) -> None:
    names = [_uuid7() if are_time_ordered else uuid4() for _ in range(3)]

    world = asyncio.run(play(steps, is_old_room=is_old_room, names=names, clocks_agree=clocks_agree))

    assert world.lies() == []


# Said, stored, and long ago for both mains; then Redis loses its notes and the name comes with other words.
FORGOTTEN: list[Step] = [
    *[("send", 0, 0, 0), ("reach", 0, 0, 0), ("read", 0, 0, 0), ("store", 0, 0, 0), ("filler", 0, 0, 0)],
    *[("restart", 0, 0, 0), ("restart", 1, 0, 0), ("empty", 0, 0, 0)],
    *[("send", 1, 0, 1), ("reach", 1, 0, 0), ("read", 1, 0, 0)],
]


def test_a_name_that_redis_forgot_is_found_in_history() -> None:
    world = asyncio.run(play(FORGOTTEN, is_old_room=True, names=[uuid4()]))

    assert (len(world.acknowledged), world.lies()) == (1, [])


def test_believing_that_all_was_read_lately_a_message_would_be_acknowledged_and_never_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another twin: for a room that is older than what a main has read, only history knows."""
    monkeypatch.setattr(earlier_tries, "is_surely_recent", lambda *_args, **_facts: True)

    world = asyncio.run(play(FORGOTTEN, is_old_room=True, names=[uuid4()]))

    assert [ack.words for ack in world.lies()] == [WORDS[1]]


def test_without_the_look_up_a_message_would_be_acknowledged_and_never_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: believing that a name without a note is new is what chat did before."""
    monkeypatch.setattr(sending, "is_surely_new", lambda *_args, **_facts: True)

    world = asyncio.run(play(FORGOTTEN, is_old_room=True, names=[uuid4()]))

    assert [ack.words for ack in world.lies()] == [WORDS[1]]
