"""Whatever stands on a topic, saying where it is in a trace ends nobody who reads it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from spans.span_ids import ORDINARY

from salon_kit.kafka.records import Record
from salon_kit.spans.kafka import delivered, parent_of, processing, sending
from salon_kit.testing.any_record import FOREIGN_HEADERS, FOREIGN_VALUES

EXAMPLES = Path(__file__).parents[3] / "contracts" / "examples"
FOREIGN = list(itertools.product(FOREIGN_VALUES, FOREIGN_HEADERS))


@pytest.mark.usefixtures("all_sent")
def test_foreign_records_are_processed_alone_and_together() -> None:
    records = [
        Record("chat-messages", 0, offset, None, value, tuple(headers))
        for offset, (value, headers) in enumerate(FOREIGN)
    ]

    for record in records:
        with processing([record]):
            assert parent_of(record) is None
    with processing(records):
        delivered(records, name="deliver", began_ns=0)
    for value in FOREIGN_VALUES:
        assert sending("chat-messages", value) is None


@given(value=st.binary(max_size=200), name=st.text(max_size=20), header=st.none() | st.binary(max_size=80))
def test_any_bytes_name_a_trace_or_none(value: bytes, name: str, header: bytes | None) -> None:
    for headers in ((), ((name, header),), (("traceparent", header),)):
        parent_of(Record("chat-messages", 0, 0, None, value, headers))


def test_words_of_a_person_name_no_trace(all_sent: InMemorySpanExporter) -> None:
    quoted = f'{{"text": "\\"trace_id\\": \\"{ORDINARY}\\""}}'

    assert parent_of(Record("chat-messages", 0, 0, None, quoted.encode())) is None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.name)
def test_our_own_events_are_found_where_they_stand_in_their_trace(path: Path) -> None:
    """As a producer writes them: in one line, and its own fields come last."""
    written = json.dumps({**json.loads(path.read_text()), "trace_id": ORDINARY, "more": "x" * 2_000})

    found = parent_of(Record("a topic", 0, 0, None, written.encode()))

    assert found is not None
    assert found.trace_id == ORDINARY
