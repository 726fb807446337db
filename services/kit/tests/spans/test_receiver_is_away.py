"""Whoever receives spans may be dead, or take them and never answer: work goes on as if nobody had asked for any."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from spans.span_ids import ORDINARY

from salon_kit.spans import sending
from salon_kit.testing.otlp_receiver import otlp_receiver
from salon_kit.testing.ports import claim_port

# Twice what the queue holds.
UNITS = sending.QUEUE_MAX
A_PROCESS = f"""
import sys, time
from salon_kit.spans import recorder
from salon_kit.spans.recording import Parent, step, unit
recorder.start(service="test", endpoint=sys.argv[1], share=1.0, slow_seconds=1.0)
began = time.monotonic()
for _ in range({UNITS}):
    with unit("GET /", Parent("{ORDINARY}")), step("SELECT dogs"):
        pass
print("done", time.monotonic() - began, time.time())
"""
AND_SAYS_WHAT_IS_LOST = """
from salon_kit.metrics.spans import dropped
lost = {s.labels["reason"]: int(s.value) for f in dropped.family.collect() for s in f.samples if "_total" in s.name}
print("lost", lost["queue-full"], lost["not-taken"])
"""


@contextmanager
def _hangs() -> Iterator[str]:
    with otlp_receiver(hangs=True) as receiver:
        yield receiver.endpoint


@contextmanager
def _is_dead() -> Iterator[str]:
    yield f"http://127.0.0.1:{claim_port()}/v1/traces"


@pytest.mark.parametrize("away", [_hangs, _is_dead])
def test_a_process_works_on_and_ends_in_time(away: Callable[[], AbstractContextManager[str]]) -> None:
    with away() as endpoint:
        ended = subprocess.run(
            [sys.executable, "-c", A_PROCESS, endpoint], capture_output=True, text=True, timeout=60, check=True
        )
        gone_at = time.time()

    [line] = [line for line in ended.stdout.splitlines() if line.startswith("done ")]  # others are about the receiver
    working, done_at = map(float, line.split()[1:])
    assert working / UNITS < 0.001  # far below one wait for an answer
    assert gone_at - done_at < sending.LAST_SECONDS + 2.0


def test_what_is_kept_arrives_where_somebody_takes_it() -> None:
    program = A_PROCESS.replace(f"range({UNITS})", "range(3)")

    with otlp_receiver() as receiver:
        subprocess.run([sys.executable, "-c", program, receiver.endpoint], timeout=60, check=True, capture_output=True)

        names = [span.name for span in receiver.spans(ORDINARY)]
    assert sorted(names) == ["GET /"] * 3 + ["SELECT dogs"] * 3


def _lost(endpoint: str, *, units: int, waits_seconds: float) -> tuple[int, int]:
    """Of twice as many spans as units: those that found no place, and those that nobody took."""
    program = A_PROCESS.replace(f"range({UNITS})", f"range({units})")
    program += f"time.sleep({waits_seconds})\n{AND_SAYS_WHAT_IS_LOST}"
    ended = subprocess.run([sys.executable, "-c", program, endpoint], capture_output=True, text=True, check=True)
    [line] = [line for line in ended.stdout.splitlines() if line.startswith("lost ")]
    no_place, not_taken = map(int, line.split()[1:])
    return no_place, not_taken


def test_spans_that_nobody_takes_are_counted() -> None:
    with _is_dead() as endpoint:
        assert _lost(endpoint, units=10, waits_seconds=4.0) == (0, 20)


def test_spans_that_find_no_place_are_counted() -> None:
    with _hangs() as endpoint:
        no_place, not_taken = _lost(endpoint, units=UNITS, waits_seconds=0.0)

    # Of twice what the queue holds one batch or two are on their way.
    held = sending.QUEUE_MAX + 2 * sending.BATCH_MAX
    assert 2 * UNITS - held <= no_place <= 2 * UNITS - sending.QUEUE_MAX
    assert not_taken <= 2 * sending.BATCH_MAX


def test_of_spans_that_are_taken_none_is_lost() -> None:
    with otlp_receiver() as receiver:
        assert _lost(receiver.endpoint, units=10, waits_seconds=2.0) == (0, 0)


def test_without_an_endpoint_nothing_of_it_is_even_loaded() -> None:
    program = (
        "import sys; from salon_kit.spans import recorder;"
        "recorder.start(service='test', endpoint=None, share=1.0, slow_seconds=1.0);"
        "print(recorder.current(), 'opentelemetry.sdk' in sys.modules, 'google.protobuf' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout.split() == ["None", "False", "False"]
