"""A ticket is good as it was signed, for its own account and event, and in no other form."""

from __future__ import annotations

import base64
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
