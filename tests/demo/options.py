"""What `python -m tests.demo` can be told."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    base_url: str
    customers: int
    coupons: int
    prints_json: bool
    only: frozenset[str]
    only_asks: bool


SCENARIOS = ("drop", "lottery", "chat", "booking")


def read_options(words: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--base-url", default="http://localhost:8000", help="nginx of the running system")
    parser.add_argument("--customers", type=_at_least(20), default=500, help="who join the drop (default 500)")
    parser.add_argument("--coupons", type=_at_least(5), help="what there is to win (default: one for every fifth)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON instead of tables")
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="play one scenario (may be repeated)")
    parser.add_argument(
        "--ask", action="store_true", help="play nothing; only say whether these numbers can prove anything"
    )
    given = parser.parse_args(words)
    coupons = given.coupons or max(5, given.customers // 5)
    if given.customers < coupons + 10:
        parser.error("a drop needs at least ten customers more than coupons, or nobody hears `sold out`")
    return Options(
        base_url=given.base_url,
        customers=given.customers,
        coupons=coupons,
        prints_json=given.json,
        only=frozenset(given.only or SCENARIOS),
        only_asks=given.ask,
    )


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return value

    return number
