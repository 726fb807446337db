"""What failed or was slow is kept with all its steps, and of the rest a share: the same traces in every process."""

from __future__ import annotations

import time

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from spans.span_ids import ORDINARY, SLOW_SECONDS

from salon_contracts.http.problem import DependencyDown, NotFound
from salon_kit.spans.recorder import Share
from salon_kit.spans.recording import Parent, hot_unit, note_answer, step, unit


def _names(sent: InMemorySpanExporter) -> list[str]:
    return [span.name for span in sent.get_finished_spans()]


def test_what_went_well_and_fast_is_not_kept(sent: InMemorySpanExporter) -> None:
    with unit("GET /", Parent(ORDINARY)) as span, step("SELECT dogs"):
        note_answer(span, 404)

    assert _names(sent) == []


def test_a_unit_that_is_slow_is_kept_with_its_steps(sent: InMemorySpanExporter) -> None:
    with unit("GET /", Parent(ORDINARY)), step("SELECT dogs"):
        time.sleep(SLOW_SECONDS)

    assert _names(sent) == ["SELECT dogs", "GET /"]


def test_a_unit_in_which_a_step_failed_is_kept_although_the_answer_was_well(sent: InMemorySpanExporter) -> None:
    with unit("GET /", Parent(ORDINARY)) as span:
        with pytest.raises(OSError, match="secret words"), step("SELECT dogs"):
            raise OSError("secret words")
        note_answer(span, 200)

    failed, whole = sent.get_finished_spans()
    assert [failed.name, whole.name] == ["SELECT dogs", "GET /"]
    assert "secret" not in failed.to_json()


def test_a_refusal_is_no_fault_and_an_answer_of_500_is_one(sent: InMemorySpanExporter) -> None:
    for error in (NotFound(), DependencyDown(dependency="redis", retry_after_seconds=1)):
        with pytest.raises(type(error)), unit(error.code, Parent(ORDINARY)):
            raise error

    assert _names(sent) == [DependencyDown.code]


def test_a_hot_unit_has_a_span_only_when_it_is_worth_one(sent: InMemorySpanExporter) -> None:
    with hot_unit("well", Parent(ORDINARY)), step("lua join"):
        pass
    with pytest.raises(ZeroDivisionError), hot_unit("fails", Parent(ORDINARY)):
        raise ZeroDivisionError
    with hot_unit("is answered with 503", Parent(ORDINARY)) as span:
        note_answer(span, 503)
    with hot_unit("is slow", Parent(ORDINARY)):
        time.sleep(SLOW_SECONDS)

    assert _names(sent) == ["fails", "is answered with 503", "is slow"]
    assert all(f"{span.context.trace_id:032x}" == ORDINARY for span in sent.get_finished_spans())


def test_units_side_by_side_are_kept_apart(sent: InMemorySpanExporter) -> None:
    with unit("outer", Parent(ORDINARY)), unit("failing", Parent(ORDINARY)) as span:
        note_answer(span, 500)

    assert _names(sent) == ["failing"]


def test_a_share_is_of_the_traces_and_grows_by_adding_more() -> None:
    ids = [number * 0x9E37_79B9_7F4A_7C15 & (1 << 64) - 1 for number in range(20_000)]
    few, more = ({one for one in ids if Share(share, 1.0).has(one)} for share in (0.05, 0.2))

    assert few < more
    assert len(few) == pytest.approx(1_000, rel=0.1)
    assert not any(Share(0.0, 1.0).has(one) for one in ids)
    assert all(Share(1.0, 1.0).has(one) for one in ids)
