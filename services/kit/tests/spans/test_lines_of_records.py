"""A line that one record of Kafka is the cause of has the trace of that record, as the click has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import structlog
from members import POISON, UNREADABLE, Bench, record
from spans.span_ids import ORDINARY
from structlog.testing import capture_logs

from salon_kit.kafka.records import Record
from salon_kit.logs import get_logger
from salon_kit.spans.kafka import lines_of

pytestmark = pytest.mark.unit
OTHER = "b" * 32


def _of(trace_id: str, value: bytes) -> Record:
    return record(value)._replace(headers=(("traceparent", f"00-{trace_id}-{'1' * 16}-01".encode()),))


def _lines(bench: Bench, *records: Record) -> Sequence[Mapping[str, Any]]:
    bench.source.write(*records)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        bench.step()
    return lines


@pytest.mark.parametrize("value", [POISON, UNREADABLE])
def test_a_record_that_is_set_aside_is_named_with_its_trace(value: bytes) -> None:
    lines = _lines(Bench(), _of(OTHER, b"1"), _of(ORDINARY, value), _of(OTHER, b"2"))

    [line] = [line for line in lines if line["event"] == "record_set_aside"]
    assert (line["trace_id"], line["topic"], line["offset"]) == (ORDINARY, "letters", 1)


def test_what_the_effect_writes_about_one_record_has_its_trace_and_about_several_none() -> None:
    def written(*records: Record) -> object:
        bench = Bench()
        bench.store.before = lambda: get_logger("effect").info("kept")
        [line] = [line for line in _lines(bench, *records) if line["event"] == "kept"]
        return line.get("trace_id")

    assert written(_of(ORDINARY, b"1")) == ORDINARY
    assert written(_of(ORDINARY, b"1"), _of(OTHER, b"2")) is None


def test_a_batch_that_is_taken_apart_says_which_record_it_was() -> None:
    lines = _lines(Bench(), _of(OTHER, b"1"), _of(ORDINARY, POISON))

    died = [line.get("trace_id") for line in lines if line["event"] == "effect_died_of_a_record"]
    assert died == [None, ORDINARY]


def test_a_record_without_a_trace_has_a_line_all_the_same() -> None:
    [line] = [line for line in _lines(Bench(), record(POISON)) if line["event"] == "record_set_aside"]

    assert "trace_id" not in line
    with lines_of([record(b"1")]):
        assert "trace_id" not in structlog.contextvars.get_contextvars()
