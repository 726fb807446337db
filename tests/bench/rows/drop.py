"""S4: a whole drop. From the moment the operator lets the line go until the last winner has read "yours".

The whole system runs, everybody has a ticket and an open stream, and the line is held (paused) until then. The peer is
MySQL alone with the very rows and batches of that drop.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from deploy.local.run.system import System
from tests.bench.load import tokens
from tests.bench.load.held_line import hold, let_go, streams_of
from tests.bench.load.joining import join_all
from tests.bench.options import Options
from tests.bench.peers.bare_insert import CouponTable
from tests.bench.results.report import Claim, Measured
from tests.bench.streams.client_process import Counted
from tests.bench.streams.load_client import LoadClient
from tests.bench.whole_system import mint_customers, queue_ports, whole_system

LONGEST_SECONDS = 120.0
SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class Drop:
    seconds: float
    insert_seconds: float
    batches: tuple[tuple[float, int], ...]  # of main's transactions: seconds from opening to the begin, and rows
    final_after: tuple[float, ...]  # seconds from opening, for each winner


def measure(options: Options) -> Measured:
    drops = []
    with whole_system() as system:
        everyone = mint_customers(system.variables, options.customers)
        for number in range(options.rounds):
            drops.append(_drop(system, everyone, options))
            print(f"  S4 drop {number + 1}: {_shown(drops[-1])}", flush=True)
    middle = sorted(drops, key=lambda drop: drop.seconds / drop.insert_seconds)[len(drops) // 2]
    return Measured(
        claims=(
            Claim(
                f"seconds, {options.coupons} coupons to {options.customers} customers, against MySQL's inserts alone",
                middle.seconds,
                middle.insert_seconds,
                at_most=3.0,
            ),
        ),
        details={"coupons": options.coupons, "customers": options.customers, "drops": [_shown(d) for d in drops]},
        series={
            "served": [[after, share / len(middle.final_after)] for share, after in enumerate(middle.final_after, 1)]
        },
    )


def _shown(drop: Drop) -> dict[str, object]:
    after = drop.final_after
    return {
        "seconds": round(drop.seconds, 3),
        "first_told": round(after[0], 3),
        "half_told": round(after[len(after) // 2], 3),
        "insert_seconds": round(drop.insert_seconds, 4),
        "transactions": len(drop.batches),
        "transactions_begun_after": [round(after, 3) for after, _ in drop.batches],
        "rows_of_transactions": [rows for _, rows in drop.batches],
    }


def _drop(system: System, everyone: Path, options: Options) -> Drop:
    url = system.variables["SALON_URL"]
    event_id = asyncio.run(hold(url, coupons=options.coupons, customers=options.customers))
    join_all(ports=queue_ports(), event_id=UUID(event_id), tokens=tokens.read(everyone, options.customers))
    with streams_of(everyone, event_id=event_id, customers=options.customers, ports=queue_ports()) as client:
        streams = client.open()
        if streams.open != options.customers:
            raise RuntimeError(f"{streams.open} of {options.customers} streams are open, {streams.refused}")
        time.sleep(SETTLE_SECONDS)
        opened = asyncio.run(let_go(url, event_id))
        issued_ns = _until_all_final(client, options.coupons).issued_ns
    after = tuple((moment - opened.monotonic_ns) / 1e9 for moment in issued_ns)
    return _judged(system, event_id, options, opened_at=opened.wall, after=after)


def _judged(system: System, event_id: str, options: Options, *, opened_at: float, after: tuple[float, ...]) -> Drop:
    """Raises RuntimeError unless everyone that MySQL has a coupon of was told so, and all coupons are gone."""
    table = CouponTable(system.variables)
    try:
        batches = table.batches_of(event_id)
        rows = sum(len(batch.rows) for batch in batches)
        if not rows == len(after) == options.coupons:
            raise RuntimeError(f"{len(after)} were told, MySQL has {rows} of {options.coupons}")
        begun = tuple((batch.begun_at - opened_at, len(batch.rows)) for batch in batches)
        return Drop(after[-1], table.insert_seconds(batches), begun, after)
    finally:
        table.close()


def _until_all_final(client: LoadClient, coupons: int) -> Counted:
    until = time.monotonic() + LONGEST_SECONDS
    while True:
        time.sleep(0.5)  # asking costs the client's processes time, so not often
        counted = client.counted()
        if len(counted.issued_ns) >= coupons or time.monotonic() > until:
            return counted
