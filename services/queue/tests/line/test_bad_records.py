"""A burst of records that nobody can use holds up neither the loop, in which the lead is kept, nor the log."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from coupon_queue.line import passed_over as module
from coupon_queue.line.records import events_in
from coupon_queue.metrics import records_passed
from salon_contracts.events import topics
from salon_contracts.events.coupons import ON_COUPON_EVENTS
from salon_kit.bounded_lines import LINES_A_SECOND
from salon_kit.kafka.records import Record

pytestmark = pytest.mark.unit

TOPIC = topics.COUPON_EVENTS.name
BAD = 2_000


def records() -> list[Record]:
    values = (b"{", b'{"type": "coupon-event-changed.v1"}', b'{"type": "of-tomorrow.v9"}', None, b"\xff" * 500)
    return [Record(TOPIC, 0, offset, str(uuid4()).encode(), values[offset % len(values)]) for offset in range(BAD)]


def passed_in_all() -> float:
    return sum(
        sample.value
        for metric in records_passed.family.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["topic"] == TOPIC
    )


async def longest_hold(stop: asyncio.Event) -> float:
    longest, last = 0.0, time.monotonic()
    while not stop.is_set():
        await asyncio.sleep(0)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    return longest


async def test_a_burst_of_bad_records_leaves_the_loop_to_others_and_is_told_in_few_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, stop = passed_in_all(), asyncio.Event()
    watch = asyncio.create_task(longest_hold(stop))
    await asyncio.sleep(0)

    began = time.monotonic()
    with capture_logs() as lines:
        assert [event async for event in events_in(records(), known=ON_COUPON_EVENTS)] == []
        seconds = time.monotonic() - began
        stop.set()
        monkeypatch.setattr(module.passed_over._lines, "_since", float("-inf"))
        module.passed_over.look()

    assert await watch < 0.1
    assert passed_in_all() - before == BAD
    shown = [line for line in lines if line["event"] != "records_passed_over_unlogged"]
    assert len(shown) <= (LINES_A_SECOND + 1) * (int(seconds) + 2)
    left_out = sum(line["count"] for line in lines if line["event"] == "records_passed_over_unlogged")
    assert len(shown) + left_out == BAD
