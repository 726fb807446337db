"""Gauges of a queue process, read from its living parts at each scrape."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily

from coupon_queue.leader.lines import Line
from coupon_queue.load import Load
from coupon_queue.process import QueueProcess
from coupon_queue.scripts import Ticked
from salon_contracts.metrics import queue as listed
from salon_contracts.metrics.keys import QUEUE_KEYS
from salon_kit.key_rings import READS, SIGNS, KeyUse
from salon_kit.metrics.instruments import family


def watch(process: QueueProcess) -> None:
    load = Load(process.settings)
    process.metrics.watch(lambda: _of_instance(process, load))
    process.metrics.watch(lambda: _of_leader(process))


def _of_instance(process: QueueProcess, load: Load) -> Iterator[GaugeMetricFamily]:
    streams, watchers = len(process.streams), len(process.watchers)
    shares = load.shares(streams=streams + watchers, joins=process.metrics.joins_so_far(), now=time.monotonic())
    yield family(listed.LOAD, [((resource,), share) for resource, share in shares.items()])
    yield family(QUEUE_KEYS, [(use, 1) for use in _keys(process)])
    yield family(listed.STREAMS, [((), streams)])
    yield family(listed.WATCHERS, [((), watchers)])
    yield family(listed.FRAME_BYTES, [((), process.streams.frame_bytes)])
    yield family(listed.LEADER, [((), process.leader.term is not None)])


class _Kept(NamedTuple):
    """A line with its last tick."""

    line: Line
    ticked: Ticked


def _of_leader(process: QueueProcess) -> Iterator[GaugeMetricFamily]:
    """Nobody else knows: what another instance remembers is of a time at which it led."""
    if process.leader.term is None:
        return
    kept = [_Kept(line, line.ticked) for line in process.lines.known().values() if line.ticked is not None]
    states = Counter(one.ticked.state for one in kept)
    yield family(listed.LINES, [((state,), count) for state, count in states.items()])
    yield family(listed.WAITING, [((), sum(one.ticked.waiting for one in kept))])
    yield family(listed.CLAIMS_IN_FLIGHT, [((), sum(one.ticked.in_flight for one in kept))])
    yield family(listed.OLDEST_CLAIM, [((), max((one.ticked.oldest_claim_ms for one in kept), default=0) / 1000)])
    yield family(listed.ISSUED, [((), sum(one.ticked.issued for one in kept))])
    yield family(listed.WINDOW, [((), sum(one.line.window.size for one in kept))])
    yield family(listed.STALLED, [((), stalled_seconds(kept, now=time.monotonic()))])


def stalled_seconds(kept: Sequence[_Kept], *, now: float) -> float:
    """Of the open line that has not moved for longest although people wait in it; `now` is a monotonic clock."""
    waiting = [one.line for one in kept if one.ticked.state == "open" and one.ticked.waiting]
    return max((now - line.moved_at for line in waiting), default=0.0)


def _keys(process: QueueProcess) -> list[KeyUse]:
    tickets = process.tickets.key_ids
    uses = [KeyUse("tokens", READS, key_id) for key_id in process.access_tokens.key_ids]
    return [*uses, *(KeyUse("tickets", READS, key_id) for key_id in tickets), KeyUse("tickets", SIGNS, tickets[0])]
