"""How large a run is. The defaults are the sizes that the targets name; smaller ones are for trying things out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

ROWS = ("S1", "S2", "S3", "S4", "S7", "S8", "S9", "S10", "S11")

# One core for the server that is measured; everything else (clients, Redis, Kafka, this process) on the other.
SERVER_CORE = 0
CLIENT_CORE = 1


@dataclass(frozen=True)
class Options:
    only: tuple[str, ...]
    streams: int
    frames: int
    rounds: int
    lines: tuple[int, int]
    ticks: int
    join_seconds: float
    join_connections: int
    coupons: int
    customers: int
    salons: int
    searches: int
    mixed_requests: float
    mixed_seconds: float
    flood_seconds: float
    floods: tuple[str, ...]  # none: all of them


def read(words: Sequence[str] | None = None) -> Options:
    parser = _parser()
    given = parser.parse_args(words)
    few, many = (int(size) for size in given.lines.split(","))
    only = tuple(row.strip().upper() for row in given.only.split(","))
    if unknown := sorted(set(only) - set(ROWS)):
        parser.error(f"no such row: {', '.join(unknown)}")
    return Options(
        only=only,
        streams=given.streams,
        frames=given.frames,
        rounds=given.rounds,
        lines=(few, many),
        ticks=given.ticks,
        join_seconds=given.join_seconds,
        join_connections=given.join_connections,
        coupons=given.coupons,
        customers=given.customers,
        salons=given.salons,
        searches=given.searches,
        mixed_requests=given.mixed_requests,
        mixed_seconds=given.mixed_seconds,
        flood_seconds=given.flood_seconds,
        floods=tuple(filter(None, given.floods.split(","))),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", default=",".join(ROWS), help="S1, or S1,S3")
    parser.add_argument("--streams", type=int, default=15_000, help="S1: open streams")
    parser.add_argument("--frames", type=int, default=20, help="S1: frames measured, one a second")
    parser.add_argument(
        "--rounds", type=int, default=3, help="S1, S3, S4, S8, S10, S11: how often each side is measured, in turns"
    )
    parser.add_argument("--lines", default="1000,50000", help="S2: the two numbers of waiting customers")
    parser.add_argument("--ticks", type=int, default=30, help="S2: ticks counted")
    parser.add_argument("--join-seconds", type=float, default=10.0, help="S3, S10: seconds of each round")
    parser.add_argument("--join-connections", type=int, default=64, help="S3, S10: connections of the client")
    parser.add_argument("--coupons", type=int, default=1_000, help="S4: coupons of the drop")
    parser.add_argument("--customers", type=int, default=20_000, help="S4: customers with open streams")
    parser.add_argument("--salons", type=int, default=100_000, help="S7: salons that there are")
    parser.add_argument("--searches", type=int, default=10_000, help="S7: searches, each another one")
    parser.add_argument("--mixed-requests", type=float, default=200.0, help="S9: requests a second")
    parser.add_argument("--mixed-seconds", type=float, default=120.0, help="S9: for so long, at each side")
    parser.add_argument("--flood-seconds", type=float, default=6.0, help="S11: seconds of each window")
    parser.add_argument("--floods", default="", help="S11: the floods that are flooded, with commas; all if not given")
    return parser
