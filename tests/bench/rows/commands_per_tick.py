"""S2: what one tick costs Redis while few and while many wait: commands, and the time they take.

The same number of queue processes, the real leader, the real ticks, everybody with an open stream. Redis counts by
itself (`INFO commandstats`, commands inside Lua scripts included). Counted from one second to another, the loops that
do not keep step with the tick (lease, beat, admission's look) may fall in one window once more than in the other, so
the goal allows for one percent.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from redis import Redis

from tests.bench.backing import redis_and_kafka, variables
from tests.bench.load import tokens
from tests.bench.load.joining import join_all
from tests.bench.load.redis_work import NOTHING, command_counts
from tests.bench.measured_process import use_every_core
from tests.bench.options import Options
from tests.bench.places import HOST, QUEUE_PORT, SENT_TIMES
from tests.bench.queue_processes import announce, paused_event, queue
from tests.bench.results.report import Claim, Measured
from tests.bench.streams.load_client import STREAMS_PER_PROCESS, LoadClient

SETTLE_SECONDS = 5.0


@dataclass(frozen=True)
class Cost:
    """Per tick."""

    calls: dict[str, float]
    redis_microseconds: float
    frames_delivered: float  # streams that got each frame, the median

    @property
    def total(self) -> float:
        return sum(self.calls.values())


def measure(options: Options) -> Measured:
    few, many = options.lines
    use_every_core()  # nothing is timed here, and 50,000 streams are much for one core
    costs = {size: _cost(size, options) for size in options.lines}
    for size, cost in costs.items():
        print(f"  S2 {size} in line: {cost}", flush=True)
    return Measured(
        claims=(
            Claim(
                f"Redis commands a tick, {many} in line against {few}",
                costs[many].total,
                costs[few].total,
                at_most=1.01,
            ),
        ),
        details={
            "queue_processes": _processes(options),
            "ticks": options.ticks,
            **{
                str(size): {
                    "commands_per_tick": round(cost.total, 2),
                    "redis_microseconds_per_tick": round(cost.redis_microseconds),
                    "streams_that_got_each_frame": round(cost.frames_delivered),
                    "by_command": {name: round(calls, 2) for name, calls in sorted(cost.calls.items())},
                }
                for size, cost in costs.items()
            },
        },
    )


def _processes(options: Options) -> int:
    return max(2, -(-max(options.lines) // STREAMS_PER_PROCESS))


def _cost(size: int, options: Options) -> Cost:
    with redis_and_kafka(), _line_of(size, options) as (ports, event_id), _client(size, ports, event_id) as client:
        opened = client.open()
        if opened.open != size:
            raise RuntimeError(f"{opened.open} of {size} streams are open, {opened.refused}")
        time.sleep(SETTLE_SECONDS)
        redis = Redis.from_url(variables()["QUEUE_REDIS_URL"], decode_responses=True)
        client.reset()
        before, began = command_counts(redis), time.monotonic()
        time.sleep(options.ticks)
        after, ticks = command_counts(redis), time.monotonic() - began
        counted = client.counted()
        if counted.lost:
            raise RuntimeError(f"{counted.lost} streams were lost")
    calls = {name: (after[name].calls - before.get(name, NOTHING).calls) / ticks for name in after}
    microseconds = sum(after[name].microseconds - before.get(name, NOTHING).microseconds for name in after) / ticks
    return Cost(
        calls={name: count for name, count in calls.items() if count and name != "info"},
        redis_microseconds=microseconds,
        frames_delivered=median(counted.frames.values()) if counted.frames else 0,
    )


@contextmanager
def _line_of(size: int, options: Options) -> Iterator[tuple[list[int], UUID]]:
    processes = _processes(options)
    ports = [QUEUE_PORT + number for number in range(processes)]
    event = paused_event()
    with ExitStack() as stack:
        for number in range(processes):
            stack.enter_context(queue(number=number, core=None))
        for port in ports:
            announce(event, port=port)
        everyone = tokens.read(tokens.token_file(size), size)
        join_all(ports=ports, event_id=event.coupon_event_id, tokens=everyone)
        yield ports, event.coupon_event_id


def _client(size: int, ports: list[int], event_id: UUID) -> LoadClient:
    return LoadClient(
        addresses=[(HOST, port) for port in ports],
        path=f"/queue/v1/events/{event_id}/line",
        tokens=tokens.token_file(size),
        streams=size,
        core=None,
        sent_times=SENT_TIMES,
    )
