"""S1: one frame a second to many open streams. The queue, nginx with Nchan and bare transports, in turns.

Each side is one process on one core, begins fresh in every round, and gets the same frames from the same publisher;
the same client holds the streams on the other core. A delay runs from the moment before the frame is handed to the
server until the client has read it. Memory is what the server's RSS grew by, for each stream, after all frames.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from redis import Redis

from tests.bench.backing import redis_and_kafka, variables
from tests.bench.load import tokens
from tests.bench.load.joining import join_all
from tests.bench.load.publishers import Publisher, ThroughRedis, ToBareTransports, ToNchan, publish_once_a_second
from tests.bench.measured_process import MeasuredProcess, children, memory_bytes, processor_seconds
from tests.bench.options import CLIENT_CORE, SERVER_CORE, Options
from tests.bench.peers import starting
from tests.bench.places import BARE_STREAMS_PORT, HOST, NCHAN_PORT, QUEUE_PORT, SENT_TIMES
from tests.bench.queue_processes import announce, paused_event, queue
from tests.bench.results.histogram import Histogram, merged
from tests.bench.results.report import Claim, Measured
from tests.bench.streams.load_client import LoadClient
from tests.bench.streams.sent_times import SentTimes

WARM_UP_FRAMES = 3
SETTLE_SECONDS = 2.0


@dataclass(frozen=True)
class Contestant:
    name: str
    port: int
    path: str
    start: Callable[[], MeasuredProcess]
    publisher: Callable[[], Publisher]


@dataclass
class Round:
    delays: Histogram
    delivered: int
    expected: int
    bytes_per_stream: float
    processor_ms_per_frame: float
    open_seconds: float


@dataclass
class Result:
    rounds: list[Round] = field(default_factory=list)

    @property
    def delays(self) -> Histogram:
        return merged(one.delays for one in self.rounds)

    @property
    def p99_ms(self) -> float | None:
        return self.delays.percentile_ms(99)

    @property
    def bytes_per_stream(self) -> float:
        return sum(one.bytes_per_stream for one in self.rounds) / len(self.rounds)

    def details(self) -> dict[str, object]:
        delays = self.delays
        return {
            "p50_ms": delays.percentile_ms(50),
            "p99_ms": delays.percentile_ms(99),
            "max_ms": delays.max_ms,
            "delivered": sum(one.delivered for one in self.rounds),
            "expected": sum(one.expected for one in self.rounds),
            "bytes_per_stream": round(self.bytes_per_stream),
            "processor_ms_per_frame": round(sum(r.processor_ms_per_frame for r in self.rounds) / len(self.rounds), 1),
            "open_seconds": [round(one.open_seconds, 1) for one in self.rounds],
            "p99_ms_of_rounds": [one.delays.percentile_ms(99) for one in self.rounds],
        }


def measure(options: Options) -> Measured:
    results: dict[str, Result] = {}
    with redis_and_kafka(), _line_of(options.streams) as event_id:
        for number in range(options.rounds):
            for contestant in _contestants(event_id):
                one = _round(contestant, options)
                results.setdefault(contestant.name, Result()).rounds.append(one)
                print(f"  S1 round {number + 1} {contestant.name}: {results[contestant.name].details()}", flush=True)
    return _judged(results, options)


def _judged(results: dict[str, Result], options: Options) -> Measured:
    ours, nchan, bare = results["queue"], results["nchan"], results["bare transports"]
    return Measured(
        claims=(
            Claim("p99 delivery in ms, against nginx + Nchan", ours.p99_ms, nchan.p99_ms, at_most=1.0),
            Claim("p99 delivery in ms, against bare transports", ours.p99_ms, bare.p99_ms, at_most=1.2),
            Claim("bytes a stream, against nginx + Nchan", ours.bytes_per_stream, nchan.bytes_per_stream, at_most=0.5),
        ),
        details={
            "streams": options.streams,
            "frames": options.frames,
            "rounds": options.rounds,
            **{name: result.details() for name, result in results.items()},
        },
        series={name: list(result.delays.curve()) for name, result in results.items()},
    )


@contextmanager
def _line_of(customers: int) -> Iterator[UUID]:
    """Real tickets for all of them. The queue that gave them out is gone, and its memory with it."""
    event = paused_event()
    with queue(core=SERVER_CORE):
        announce(event)
        everyone = tokens.read(tokens.token_file(customers), customers)
        join_all(ports=[QUEUE_PORT], event_id=event.coupon_event_id, tokens=everyone)
    yield event.coupon_event_id


def _contestants(event_id: UUID) -> list[Contestant]:
    redis = Redis.from_url(variables()["QUEUE_REDIS_URL"])
    return [
        # The frames are ours alone: the leader's own next one would come in an hour.
        Contestant(
            "queue",
            QUEUE_PORT,
            f"/queue/v1/events/{event_id}/line",
            lambda: queue(core=SERVER_CORE, tick_seconds="3600"),
            lambda: ThroughRedis(redis, event_id),
        ),
        Contestant("nchan", NCHAN_PORT, "/line", lambda: starting.nchan(core=SERVER_CORE), ToNchan),
        Contestant(
            "bare transports",
            BARE_STREAMS_PORT,
            "/line",
            lambda: starting.bare_transports(core=SERVER_CORE),
            ToBareTransports,
        ),
    ]


def _round(contestant: Contestant, options: Options) -> Round:
    sent = SentTimes(SENT_TIMES)
    sent.clear()
    with contestant.start() as server, _client(contestant, options) as client:
        pids = [server.pid, *children(server.pid)]
        before = memory_bytes(*pids)
        began = time.monotonic()
        opened = client.open()
        open_seconds = time.monotonic() - began
        if opened.open != options.streams:
            raise RuntimeError(
                f"{contestant.name}: {opened.open} of {options.streams} streams are open, {opened.refused}"
            )
        publisher = contestant.publisher()
        publish_once_a_second(publisher, sent, frames=WARM_UP_FRAMES, waiting=options.streams)
        client.reset()
        used = processor_seconds(*pids)
        seqs = publish_once_a_second(publisher, sent, frames=options.frames, waiting=options.streams)
        time.sleep(SETTLE_SECONDS)
        counted = client.counted()
        return Round(
            delays=counted.delays,
            delivered=sum(counted.frames.get(seq, 0) for seq in seqs),
            expected=options.streams * options.frames,
            bytes_per_stream=(memory_bytes(*pids) - before) / options.streams,
            processor_ms_per_frame=(processor_seconds(*pids) - used) / options.frames * 1000,
            open_seconds=open_seconds,
        )


def _client(contestant: Contestant, options: Options) -> LoadClient:
    return LoadClient(
        addresses=[(HOST, contestant.port)],
        path=contestant.path,
        tokens=tokens.token_file(options.streams),
        streams=options.streams,
        core=CLIENT_CORE,
        sent_times=SENT_TIMES,
    )
