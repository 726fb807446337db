"""The parts that need no server: window, pace, tickets, join rate."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coupon_queue.callers.caller import JoinRate
from coupon_queue.leader.pace import Pace
from coupon_queue.leader.window import Window
from coupon_queue.line.errors import InvalidTicket
from coupon_queue.line.tickets import Tickets
from salon_contracts.http.problem import RateLimited

pytestmark = pytest.mark.unit


def test_the_window_doubles_each_round_while_main_answers_in_time() -> None:
    window = Window(first=10, largest=1_000, target_seconds=1.0)

    for _ in range(10):
        window.answered(0.1)

    assert window.size == 20


def test_one_slow_round_halves_the_window_once_and_growth_is_slow_afterwards() -> None:
    window = Window(first=100, largest=1_000, target_seconds=1.0)

    for _ in range(100):  # all that were under way
        window.answered(3.0)
    halved = window.size
    for _ in range(51):
        window.answered(0.1)

    assert halved == 50
    assert window.size == 51


@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(st.floats(min_value=0, max_value=100), max_size=300))
def test_the_window_stays_between_one_and_the_largest(answers: list[float]) -> None:
    window = Window(first=5, largest=40, target_seconds=1.0)

    for seconds in answers:
        window.answered(seconds)

        assert 1 <= window.size <= 40


def test_no_more_people_are_served_than_the_operators_ceiling_allows() -> None:
    pace, served = Pace(), 0

    for tenth in range(101):
        allowed = pace.allowed(ceiling_per_second=20, now=tenth / 10)
        assert allowed is not None
        pace.spend(allowed)
        served += allowed

    assert 190 <= served <= 201


def test_without_a_ceiling_the_pace_allows_everything() -> None:
    assert Pace().allowed(ceiling_per_second=None, now=0) is None


@settings(deadline=None)  # a loaded machine is no fault
@given(flip=st.integers(min_value=0, max_value=8 * 65 - 1))
def test_a_ticket_with_any_bit_changed_is_refused(flip: int) -> None:
    tickets, event_id = Tickets(key=b"k" * 32), uuid4()
    ticket = tickets.sign(event_id=event_id, account_id=7, number=3)
    raw = bytearray(base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4)))
    raw[flip // 8] ^= 1 << flip % 8

    assert tickets.number_of(ticket, event_id=event_id, account_id=7) == 3
    with pytest.raises(InvalidTicket):
        tickets.number_of(base64.urlsafe_b64encode(bytes(raw)).decode(), event_id=event_id, account_id=7)


@settings(deadline=None)  # a loaded machine is no fault
@given(st.text(max_size=120))
def test_a_ticket_that_is_any_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidTicket):
        Tickets(key=b"k" * 32).number_of(text, event_id=uuid4(), account_id=7)


def test_a_ticket_is_good_only_for_its_own_account_and_event() -> None:
    tickets, event_id = Tickets(key=b"k" * 32), uuid4()
    ticket = tickets.sign(event_id=event_id, account_id=7, number=3)

    for other_event, account in ((uuid4(), 7), (event_id, 8)):
        with pytest.raises(InvalidTicket):
            tickets.number_of(ticket, event_id=other_event, account_id=account)
    with pytest.raises(InvalidTicket):
        Tickets(key=b"x" * 32).number_of(ticket, event_id=event_id, account_id=7)


def test_an_account_that_knocks_too_often_waits_and_others_do_not() -> None:
    rate = JoinRate(limit=2, seconds=10)
    for now in (0.0, 1.0):
        rate.count(1, now=now)

    with pytest.raises(RateLimited) as refusal:
        rate.count(1, now=2.0)
    rate.count(2, now=2.0)
    rate.count(1, now=10.5)

    assert refusal.value.retry_after_seconds == 9
