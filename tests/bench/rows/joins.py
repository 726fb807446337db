"""S3: how many customers a second one queue process gives a ticket, against a bare route on the same ASGI server.

`wrk` is the client of both, on the other core, and sends both the same bytes: for every request another customer and
another signed token. In turns, several rounds. Each round of ours has customers who never joined before; Redis counts
them, and fewer new tickets than requests means that the round ran out of customers.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from uuid import UUID

from redis import Redis

from deploy.local.places import tool
from salon_contracts.stores.redis_keys import line_tag
from tests.bench.backing import redis_and_kafka, variables
from tests.bench.load import tokens
from tests.bench.load.redis_work import command_counts
from tests.bench.measured_process import MeasuredProcess, memory_bytes, processor_seconds
from tests.bench.options import CLIENT_CORE, SERVER_CORE, Options
from tests.bench.peers import starting
from tests.bench.places import BARE_ROUTE_PORT, HOST, QUEUE_PORT
from tests.bench.queue_processes import announce, paused_event, queue
from tests.bench.results.report import Claim, Measured

SCRIPT = Path(__file__).with_name("join.lua")
WARM_UP_SECONDS = 2
SETTLE_SECONDS = 1.0  # for what wrk left on the way
# More than any process has reached; a round that uses them up is refused.
CUSTOMERS_PER_SECOND = 14_000


@dataclass(frozen=True)
class Load:
    per_second: float
    p50_ms: float
    p99_ms: float
    processor_share: float  # of its core; below 0.9 the client or a neighbour on the machine was the limit

    redis_microseconds: float | None = None  # of Redis's core, for each join
    megabytes: float | None = None  # of the server, at the end

    @property
    def per_processor_second(self) -> float:
        return self.per_second / self.processor_share


def measure(options: Options) -> Measured:
    starting.insist_on("wrk", there=tool("wrk") is not None)
    ours, bare = [], []
    with redis_and_kafka():
        for number in range(options.rounds):
            ours.append(ours_once(number, options))
            bare.append(_bare(options))
            print(f"  S3 round {number + 1}: ours {ours[-1]}, bare {bare[-1]}", flush=True)
    return Measured(
        claims=(
            Claim(
                "POST ticket a second, against a bare route",
                median(load.per_second for load in ours),
                median(load.per_second for load in bare),
                at_least=0.5,
            ),
            Claim(
                "POST ticket for each second of the server's processor time, against a bare route",
                median(load.per_processor_second for load in ours),
                median(load.per_processor_second for load in bare),
                at_least=0.5,
            ),
        ),
        details={"connections": options.join_connections, "seconds": options.join_seconds}
        | {"ours": [vars(load) for load in ours], "bare": [vars(load) for load in bare]},
    )


def _queue_alone() -> AbstractContextManager[MeasuredProcess]:
    return queue(core=SERVER_CORE)


def ours_once(
    number: int, options: Options, *, started: Callable[[], AbstractContextManager[MeasuredProcess]] = _queue_alone
) -> Load:
    event = paused_event(max_waiting=10_000_000)
    path = f"/queue/v1/events/{event.coupon_event_id}/ticket"
    with started() as server:
        announce(event)
        _wrk(server, QUEUE_PORT, path, options, seconds=WARM_UP_SECONDS, pass_over=_needed(options))
        time.sleep(SETTLE_SECONDS)
        before, worked = _tickets(event.coupon_event_id), _script_microseconds()
        load, requests = _wrk(server, QUEUE_PORT, path, options, seconds=options.join_seconds, pass_over=0)
        time.sleep(SETTLE_SECONDS)
        new, worked = _tickets(event.coupon_event_id) - before, _script_microseconds() - worked
        memory = round(memory_bytes(server.pid) / 2**20, 1)
    # wrk leaves at the end what it has on the way: one request for each connection.
    if abs(new - requests) > options.join_connections:
        raise RuntimeError(f"round {number + 1}: {requests} requests made {new} tickets")
    return replace(load, redis_microseconds=round(worked / new, 1), megabytes=memory)


def _bare(options: Options) -> Load:
    path = "/queue/v1/events/3f0ff9a0-8d3c-4a51-a7c7-3a6c5b0c5a10/ticket"
    with starting.bare_route(core=SERVER_CORE) as server:
        _wrk(server, BARE_ROUTE_PORT, path, options, seconds=WARM_UP_SECONDS, pass_over=_needed(options))
        load, _ = _wrk(server, BARE_ROUTE_PORT, path, options, seconds=options.join_seconds, pass_over=0)
    return load


def _needed(options: Options) -> int:
    return int(CUSTOMERS_PER_SECOND * options.join_seconds)


def _tickets(event_id: UUID) -> int:
    redis = Redis.from_url(variables()["QUEUE_REDIS_URL"])
    return int(redis.hget(f"{line_tag(event_id)}:meta", "next_number") or 0)


def _script_microseconds() -> int:
    return command_counts(Redis.from_url(variables()["QUEUE_REDIS_URL"], decode_responses=True))["evalsha"].microseconds


def _wrk(
    server: MeasuredProcess, port: int, path: str, options: Options, *, seconds: float, pass_over: int
) -> tuple[Load, int]:
    """One run of wrk, and how many answers it had. Raises RuntimeError when any was an error."""
    everyone = tokens.token_file(_needed(options) + CUSTOMERS_PER_SECOND * WARM_UP_SECONDS)
    command = ["taskset", "--cpu-list", str(CLIENT_CORE), "wrk", "-t1", f"-c{options.join_connections}"]
    command += [f"-d{seconds:.0f}s", "--latency", "-s", str(SCRIPT), f"http://{HOST}:{port}"]
    used = processor_seconds(server.pid)
    ran = subprocess.run([*command, "--", str(everyone), str(pass_over), path], capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"wrk failed: {ran.stdout}{ran.stderr}")
    measured = json.loads(ran.stdout.strip().splitlines()[-1])
    if measured["failed"] or measured["not_2xx"]:
        raise RuntimeError(f"wrk met errors: {measured}")
    took = measured["microseconds"] / 1e6
    share = (processor_seconds(server.pid) - used) / took
    answers = measured["requests"]
    return Load(answers / took, measured["p50_ms"], measured["p99_ms"], round(share, 2)), answers
