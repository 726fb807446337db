"""Every statement about a chat can fail, and an honest chat fails none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.demo.checkers.chat import CLAIMS, judge_chat
from tests.demo.tests.doctoring import Doctor, change, drop, set_fields
from tests.demo.tests.honest import honest_chat
from tests.harness.histories.chat import ChatHistory, Connected, Message
from tests.harness.statements import name_of

pytestmark = pytest.mark.unit

Received = tuple[Message, ...]


def _receives(person: int, receiving: Callable[[Received], Received]) -> Doctor[ChatHistory]:
    return lambda history: replace(history, received={**history.received, person: receiving(history.received[person])})


def _reads(person: int, reading: Callable[[Received], Received]) -> Doctor[ChatHistory]:
    return lambda history: replace(history, stored={**history.stored, person: reading(history.stored[person])})


def _both_receive(receiving: Callable[[Received], Received]) -> Doctor[ChatHistory]:
    return lambda history: _receives(1, receiving)(_receives(2, receiving)(history))


def _without_one(received: Received) -> Received:
    return received[:2] + received[3:]


def _with_one_twice(received: Received) -> Received:
    return received[:3] + received[2:]


def _with_two_swapped(received: Received) -> Received:
    return (*received[:2], received[3], received[2], *received[4:])


def _with_the_same_sender_swapped(received: Received) -> Received:
    return (*received[:2], received[4], received[3], received[2], *received[5:])


def _garbled(received: Received) -> Received:
    return (replace(received[0], text="야옹"), *received[1:])


def _at_another_time(received: Received) -> Received:
    return (replace(received[0], sent_at="later"), *received[1:])


def _at_another_cursor(received: Received) -> Received:
    return (*received[:-1], replace(received[-1], cursor=(2, 45)))


DOCTORED: dict[str, list[Doctor[ChatHistory]]] = {
    "the two talk through different mains where there are two": [
        set_fields(connected=(Connected(1, "main-a"), Connected(2, "main-a"))),
        set_fields(connected=(Connected(1, ""), Connected(2, "main-a"))),
        set_fields(connected=()),
        set_fields(connected=(), mains_ready=1),
    ],
    "every message was acknowledged": [
        change("sent", lambda sent: sent.client_message_id == "id-3", acked=None),
        drop("sent", lambda sent: sent.client_message_id == "id-3"),
    ],
    "an ack names the place in the log": [
        change("sent", lambda sent: sent.client_message_id == "id-3", acked=(1, 99)),
        _receives(2, _at_another_cursor),
    ],
    "nobody missed a message": [_receives(1, _without_one), _both_receive(_without_one)],
    "nobody heard a message twice": [_receives(2, _with_one_twice)],
    "both heard the same order": [_receives(1, _with_two_swapped), _receives(2, _at_another_time)],
    "the log is the order": [_both_receive(_with_two_swapped)],
    "each persons words keep their order": [_both_receive(_with_the_same_sender_swapped)],
    "words arrive as they were said": [_both_receive(_garbled)],
    "reconnecting recovered what was missed": [
        change("resumed", lambda resumed: resumed.abrupt, recovered=False),
        change("resumed", lambda resumed: resumed.abrupt, missed=0),
        drop("resumed", lambda resumed: resumed.abrupt),
        drop("resumed", lambda resumed: not resumed.abrupt),
        set_fields(resumed=()),
    ],
    "history is exactly what was received": [
        _reads(1, _without_one),
        _reads(2, _with_one_twice),
        _reads(1, _with_two_swapped),
        _reads(2, _at_another_time),
        _receives(1, _garbled),
    ],
}

CASES = [
    pytest.param(name, doctor, id=f"{name} {index}")
    for name, doctors in DOCTORED.items()
    for index, doctor in enumerate(doctors, 1)
]


def test_every_statement_holds_for_an_honest_chat() -> None:
    statements = judge_chat(honest_chat())

    assert [statement for statement in statements if not statement.holds] == []


def test_with_one_main_ready_it_holds_and_says_what_it_does_not_show() -> None:
    through_one = replace(
        honest_chat(), mains_ready=1, connected=tuple(Connected(person, "main-a") for person in (1, 2))
    )

    statements = judge_chat(through_one)

    assert all(statement.holds for statement in statements)
    assert "nothing is shown of two" in statements[0].evidence


@pytest.mark.parametrize(("name", "doctor"), CASES)
def test_a_doctored_chat_is_found_out(name: str, doctor: Doctor[ChatHistory]) -> None:
    history = doctor(honest_chat())

    statements = {statement.name: statement for statement in judge_chat(history)}

    assert not statements[name].holds
    assert statements[name].evidence


def test_no_statement_about_a_chat_is_unbreakable() -> None:
    assert set(DOCTORED) == {name_of(claim) for claim in CLAIMS}
