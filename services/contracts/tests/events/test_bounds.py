"""Each field holds what every reader and every store can hold, and nothing beyond."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salon_contracts.events.catalogue import ALL_EVENTS, type_name
from salon_contracts.events.envelope import Event
from salon_contracts.events.fields import END_OF_TIME, FIRST_MOMENT
from salon_contracts.events.reading import LONGEST_REASON, UnknownEventType, UnreadableRecord, read_event
from salon_kit.testing.any_record import FOREIGN_VALUES, any_record
from salon_kit.testing.edges import records_at_the_edges

pytestmark = pytest.mark.unit

EXAMPLES = Path(__file__).parents[2] / "examples"
SAMPLES = [
    (event.model_json_schema(), json.loads((EXAMPLES / f"{type_name(event)}.json").read_text())) for event in ALL_EVENTS
]


@pytest.mark.parametrize(("schema", "sample"), SAMPLES, ids=[event.__name__ for event in ALL_EVENTS])
def test_a_record_at_any_edge_is_refused_with_a_reason_or_can_be_held(schema: Any, sample: Any) -> None:
    held = refused = 0
    for raw in records_at_the_edges(schema, sample):
        event = _read(raw)
        held += event is not None
        refused += event is None
        if event is not None:
            assert list(_beyond_stores(event.model_dump())) == [], raw[:500]

    assert held > 10
    assert refused > 50


@pytest.mark.parametrize("raw", FOREIGN_VALUES, ids=lambda raw: repr(raw)[:30])
def test_what_is_no_record_of_ours_is_refused(raw: bytes | None) -> None:
    assert _read(raw) is None


@settings(derandomize=True, deadline=None, max_examples=300)
@given(thrown=any_record(SAMPLES))
def test_no_record_whatever_breaks_the_reader(thrown: Any) -> None:
    event = _read(thrown.value)

    if event is not None:
        assert list(_beyond_stores(event.model_dump())) == []
        assert read_event(event.to_bytes(), known=ALL_EVENTS) == event


@settings(derandomize=True, deadline=None)
@given(moment=st.datetimes(timezones=st.timezones()))
def test_times_are_in_utc_whatever_zone_they_were_written_in(moment: datetime) -> None:
    sample = {**SAMPLES[-1][1], "occurred_at": moment.isoformat()}

    event = _read(json.dumps(sample).encode())

    if event is not None:
        assert event.occurred_at.utcoffset() == timedelta(0)
        assert event.occurred_at == datetime.fromisoformat(moment.isoformat())  # also of an hour that was skipped


def test_two_claims_that_mysql_takes_for_one_are_two_for_nobody() -> None:
    """utf8mb4_bin pads with spaces when it compares."""
    claim = next(sample for _, sample in SAMPLES if sample["type"] == "coupon.claimed.v1")

    assert _read(json.dumps({**claim, "claim_id": "c-1"}).encode()) is not None
    assert _read(json.dumps({**claim, "claim_id": "c-1 "}).encode()) is None


def test_a_reason_is_short_and_printable_whatever_the_record_says() -> None:
    asked = next(sample for _, sample in SAMPLES if sample["type"] == "notification.requested.v1")

    with pytest.raises(UnreadableRecord) as refusal:
        read_event(json.dumps({**asked, "facts": {"\n\u202e" * 100_000: 7}}).encode(), known=ALL_EVENTS)

    assert len(refusal.value.reason) <= LONGEST_REASON
    assert refusal.value.reason.isprintable()


def _read(raw: bytes | None) -> Event | None:
    try:
        return read_event(raw, known=ALL_EVENTS)
    except UnreadableRecord as refusal:
        reason = refusal.reason
    except UnknownEventType:
        return None
    assert 0 < len(reason) <= LONGEST_REASON
    assert reason.isprintable()
    return None


def _beyond_stores(value: Any) -> Iterator[Any]:
    """What some reader or store could not hold."""
    match value:
        case bool() | None | UUID():
            return
        case int():
            is_held = -(2**63) <= value < 2**63
        case str():
            is_held = len(value.encode()) <= 8_000
        case datetime():
            is_held = value.utcoffset() == timedelta(0) and FIRST_MOMENT <= value < END_OF_TIME
        case dict():
            yield from (found for pair in value.items() for part in pair for found in _beyond_stores(part))
            return
        case list() | tuple():
            yield from (found for item in value for found in _beyond_stores(item))
            return
        case _:
            is_held = False
    if not is_held:
        yield value
