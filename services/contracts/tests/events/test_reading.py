"""A reader is lenient with newer producers and firm with what is not ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon_contracts.events.catalogue import ALL_EVENTS
from salon_contracts.events.chat import ON_CHAT_MESSAGES, Cursor
from salon_contracts.events.coupons import CouponIssuedV1
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event

pytestmark = pytest.mark.unit

ISSUED = json.loads((Path(__file__).parents[2] / "examples" / "coupon.issued.v1.json").read_text())


def test_a_field_that_a_newer_producer_added_is_passed_over() -> None:
    newer = json.dumps({**ISSUED, "colour": "gold"}).encode()

    event = read_event(newer, known=ALL_EVENTS)

    assert isinstance(event, CouponIssuedV1)


def test_a_type_that_a_newer_producer_added_is_told_apart_from_rubbish() -> None:
    newer = json.dumps({**ISSUED, "type": "coupon.gilded.v1"}).encode()

    with pytest.raises(UnknownEventType, match="gilded"):
        read_event(newer, known=ALL_EVENTS)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "empty value"),
        (b"", "empty value"),
        (b"\xff\xfe", "not JSON"),
        (b"hello", "not JSON"),
        (b"[" * 5_000, "not JSON"),
        (b"[]", "no type"),
        (b'{"type": 7}', "no type"),
        (json.dumps({**ISSUED, "serial": 0}).encode(), "serial: "),
        (json.dumps({k: v for k, v in ISSUED.items() if k != "customer_id"}).encode(), "customer_id: "),
    ],
    ids=str,
)
def test_a_record_that_is_not_ours_is_refused_with_the_reason(raw: bytes | None, reason: str) -> None:
    with pytest.raises(UnreadableRecord) as refusal:
        read_event(raw, known=ALL_EVENTS)

    assert refusal.value.reason.startswith(reason)


@given(raw=st.binary(max_size=200))
def test_no_bytes_at_all_can_break_the_reader_in_another_way(raw: bytes) -> None:
    with pytest.raises((UnreadableRecord, UnknownEventType)):
        read_event(raw, known=ON_CHAT_MESSAGES)


@given(epoch=st.integers(0, 2**31), offset=st.integers(0, 2**63))
def test_a_cursor_is_read_as_it_was_written(epoch: int, offset: int) -> None:
    cursor = Cursor(epoch=epoch, offset=offset)

    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "1", "-", "1-", "-1", "1--1", "a-b", "1-2-3", "１-２", "1-" + "9" * 60])
def test_what_is_not_a_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="looks like"):
        Cursor.parse(text)
