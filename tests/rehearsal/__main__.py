"""`make rehearse`: a whole drop with simulated customers, which issues nothing.

The exit code is 0 only if no real coupon was written, every customer heard a final word, and MySQL, Kafka and Redis
tell the same story.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import orjson

from deploy.local.failure import CannotGoOn
from salon_contracts.stores.redis_keys import line_tag
from salon_kit.redis.connect import connect
from tests.bench.load import tokens
from tests.bench.load.held_line import close, hold, let_go, streams_of
from tests.bench.load.joining import join_all
from tests.bench.peers.bare_insert import CouponTable
from tests.bench.places import SENT_TIMES
from tests.bench.streams.client_process import Counted
from tests.bench.streams.load_client import LoadClient
from tests.bench.streams.sent_times import SentTimes
from tests.bench.whole_system import mint_simulated, queue_ports, whole_system
from tests.harness.histories.drop import Reconciled
from tests.harness.system.backstage import Backstage

SETTLE_SECONDS = 3.0
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Wish:
    customers: int
    quantity: int
    seconds: float


@dataclass(frozen=True)
class Rehearsed:
    joins_per_second: float
    seconds: float  # from opening to the last answer that anybody read
    counted: Counted
    in_rehearsal: int
    coupons_before: int
    coupons_after: int
    reconciled: Reconciled

    def faults(self, wish: Wish) -> list[str]:
        faults = []
        if self.coupons_after != self.coupons_before:
            faults.append(f"real coupons: {self.coupons_before} before, {self.coupons_after} after")
        issued = len(self.counted.issued_ns)
        if not issued == self.in_rehearsal == wish.quantity:
            faults.append(f"{wish.quantity} should win, {issued} heard it, MySQL rehearsed {self.in_rehearsal}")
        if issued + self.counted.over != wish.customers:
            faults.append(f"{issued + self.counted.over} of {wish.customers} heard a final word")
        if self.reconciled.differences:
            faults.append(f"reconcile: {'; '.join(self.reconciled.differences[:3])}")
        return faults


def main(words: Sequence[str] | None = None) -> int:
    wish = read(words)
    try:
        with whole_system() as system:
            rehearsed = rehearse(system.variables, wish, ports=queue_ports())
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    faults = rehearsed.faults(wish)
    print("\n".join(report(rehearsed, wish) + [f"NOT AS IT SHOULD BE: {fault}" for fault in faults]), flush=True)
    return 1 if faults else 0


def read(words: Sequence[str] | None) -> Wish:
    parser = argparse.ArgumentParser(prog="make rehearse", description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument(
        "--quantity", type=int, default=1_000, help="units, fewer than customers: the rest hear the end"
    )
    parser.add_argument("--seconds", type=float, default=120.0, help="the longest wait for the last final word")
    given = parser.parse_args(words)
    if not 1 <= given.quantity < given.customers:
        # Only what sells out by itself ends with a word for everybody.
        parser.error("QUANTITY must be at least 1 and below CUSTOMERS")
    return Wish(customers=given.customers, quantity=given.quantity, seconds=given.seconds)


def report(rehearsed: Rehearsed, wish: Wish) -> list[str]:
    counted, before, after = rehearsed.counted, rehearsed.coupons_before, rehearsed.coupons_after
    delays, answered = counted.delays, len(counted.issued_ns) + counted.over
    return [
        f"customers, each with an open stream  {wish.customers:,}",
        f"joins a second                       {rehearsed.joins_per_second:,.0f}",
        f"opening to the last answer           {rehearsed.seconds:.2f} s",
        f"frame delay p50 / p99                {_ms(delays.percentile_ms(50))} / {_ms(delays.percentile_ms(99))}",
        f"issued in rehearsal                  {rehearsed.in_rehearsal:,}",
        f"real coupons written                 {after - before} ({before} before, {after} after)",
        f"heard a final word                   {answered:,} ({counted.over:,} that all is gone)",
        f"refused streams                      {counted.refused or 'none'}",
        f"reconciled                           {rehearsed.reconciled.compared}",
    ]


def _ms(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.1f} ms"


def rehearse(variables: Mapping[str, str], wish: Wish, *, ports: Sequence[int]) -> Rehearsed:
    """On a running system: `variables` are its environment, customers come to these ports."""
    print(f"signing tokens of {wish.customers:,} simulated customers", flush=True)
    everyone = mint_simulated(variables, wish.customers)
    before, rehearsed_before = _count(variables, "coupons_coupon"), _count(variables, "coupons_rehearsedcoupon")
    url = variables["SALON_URL"]
    event_id = asyncio.run(hold(url, coupons=wish.quantity, customers=wish.customers, rehearsal=True))
    print(f"rehearsal {event_id}: joining", flush=True)
    began = time.monotonic()
    join_all(ports=ports, event_id=UUID(event_id), tokens=tokens.read(everyone, wish.customers))
    joins_per_second = wish.customers / (time.monotonic() - began)
    client = streams_of(everyone, event_id=event_id, customers=wish.customers, ports=ports)
    with _frames_timed(variables, event_id), client:
        opened = client.open()
        print(f"{opened.open:,} streams are open at {joins_per_second:,.0f} joins/s; letting the line go", flush=True)
        time.sleep(SETTLE_SECONDS)
        let_go_at = asyncio.run(let_go(url, event_id)).monotonic_ns
        counted = _until_all_final(client, wish)
    last_ns = max([counted.last_ns, *counted.issued_ns])
    reconciled = asyncio.run(Backstage({**os.environ, **variables}).reconciled(event_id))
    asyncio.run(close(url, event_id))
    return Rehearsed(
        joins_per_second=joins_per_second,
        seconds=max(0.0, (last_ns - let_go_at) / 1e9),
        counted=counted,
        in_rehearsal=_count(variables, "coupons_rehearsedcoupon") - rehearsed_before,
        coupons_before=before,
        coupons_after=_count(variables, "coupons_coupon"),
        reconciled=reconciled,
    )


def _until_all_final(client: LoadClient, wish: Wish) -> Counted:
    until = time.monotonic() + wish.seconds
    while True:
        time.sleep(LOOK_SECONDS)  # asking costs the client's processes time, so not often
        counted = client.counted()
        issued = len(counted.issued_ns)
        print(f"  {issued:,} issued in rehearsal, {counted.over:,} told that all is gone", flush=True)
        if issued + counted.over >= wish.customers or time.monotonic() > until:
            return counted


def _count(variables: Mapping[str, str], table: str) -> int:
    mysql = CouponTable(variables)
    try:
        return mysql.count(table)
    finally:
        mysql.close()


@contextmanager
def _frames_timed(variables: Mapping[str, str], event_id: str) -> Iterator[None]:
    """Notes when Redis published each frame of the line: the streams' delays are counted from there."""
    sent = SentTimes(SENT_TIMES)
    sent.clear()
    stop = threading.Event()
    redis = connect(variables["QUEUE_REDIS_URL"], answer_seconds=5, connect_seconds=2)
    connection = redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
    connection.subscribe(f"{line_tag(event_id)}:wire")

    def note() -> None:
        while not stop.is_set():
            message = connection.get_message(timeout=0.2)
            if message and message["data"][:1] == "F":
                sent.mark(orjson.loads(message["data"][1:])["seq"])

    listening = threading.Thread(target=note, name="frames-timed")
    listening.start()
    try:
        yield
    finally:
        stop.set()
        listening.join()
        connection.close()
        redis.close()


if __name__ == "__main__":
    sys.exit(main())
