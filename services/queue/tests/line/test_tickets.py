"""A ticket is good as it was signed, for its own account and event, and in no other form."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coupon_queue.line.errors import InvalidTicket
from coupon_queue.line.tickets import Tickets

pytestmark = pytest.mark.unit


@settings(deadline=None)  # a loaded machine is no fault
@given(flip=st.integers(min_value=0, max_value=8 * 65 - 1))
def test_a_ticket_with_any_bit_changed_is_refused(flip: int) -> None:
    tickets, event_id = Tickets(keys="k" * 32), uuid4()
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
        Tickets(keys="k" * 32).number_of(text, event_id=uuid4(), account_id=7)


def test_a_ticket_is_good_only_for_its_own_account_and_event() -> None:
    tickets, event_id = Tickets(keys="k" * 32), uuid4()
    ticket = tickets.sign(event_id=event_id, account_id=7, number=3)

    for other_event, account in ((uuid4(), 7), (event_id, 8)):
        with pytest.raises(InvalidTicket):
            tickets.number_of(ticket, event_id=other_event, account_id=account)
    with pytest.raises(InvalidTicket):
        Tickets(keys="x" * 32).number_of(ticket, event_id=event_id, account_id=7)


def test_while_keys_are_exchanged_both_are_read_and_the_first_signs() -> None:
    old, new, event_id = "k" * 32, "x" * 32, uuid4()
    place: dict[str, Any] = {"event_id": event_id, "account_id": 7}
    before = Tickets(keys=old).sign(**place, number=3)
    tickets = Tickets(keys=f"{old}\nnext:{new}")
    assert tickets.sign(**place, number=3) == before

    tickets.take(f"{new}\n{old}")
    after = tickets.sign(**place, number=3)
    assert after == Tickets(keys=new).sign(**place, number=3)
    assert [tickets.number_of(ticket, **place) for ticket in (before, after)] == [3, 3]

    tickets.take(new)
    assert tickets.number_of(after, **place) == 3
    with pytest.raises(InvalidTicket):
        tickets.number_of(before, **place)


def test_a_registration_has_one_name_in_the_draw_from_before_an_exchange_until_the_old_key_is_gone() -> None:
    old, new, event_id = "k" * 32, "x" * 32, uuid4()
    tickets = Tickets(keys=old)
    name = tickets.entry(event_id=event_id, account_id=7)

    for keys in (f"{old}\nnext:{new}", f"{new}\n{old}"):
        tickets.take(keys)
        assert tickets.entry(event_id=event_id, account_id=7) == name

    tickets.take(new)
    assert tickets.entry(event_id=event_id, account_id=7) != name


@pytest.mark.parametrize("keys", ["", "\n", "short", f"next:{'k' * 32}", f"{'k' * 32}\nshort"])
def test_a_key_that_is_none_changes_nothing(keys: str) -> None:
    tickets, event_id = Tickets(keys="k" * 32), uuid4()
    ticket = tickets.sign(event_id=event_id, account_id=7, number=3)

    with pytest.raises(ValueError, match="at least 32 characters"):
        tickets.take(keys)

    assert tickets.number_of(ticket, event_id=event_id, account_id=7) == 3
