"""S7: a search among very many salons, and a month of a groomer's free times, against the same page by primary key.

One client asks one main, one request after the other: a search, a page of the list of all salons (which is a walk along
the primary key), a month. Both sides in turns in the same minute, each search another one. That the number of questions
to MySQL does not grow with the page is held by services/main/salons/search/tests/test_plans.py.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from random import Random
from typing import Any

from tests.bench.load.searches import different_searches
from tests.bench.options import Options
from tests.bench.places import HOST, PROFILE
from tests.bench.results.report import Claim, Measured
from tests.bench.whole_system import whole_system
from tests.harness.system import main_commands

WARM_UP = 200
MONTH_DAYS = 31
SALONS = "/api/v1/salons"


@dataclass
class Timed:
    """Seconds of each answer, and the slowest of them by what was asked."""

    seconds: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def p(self, share: float) -> float:
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)]

    def figures(self) -> dict[str, Any]:
        slowest = sorted(zip(self.seconds, self.asked, strict=True), reverse=True)[:10]
        return {
            "answers": len(self.seconds),
            **{f"p{share * 100:.0f}_ms": round(self.p(share) * 1_000, 2) for share in (0.5, 0.95, 0.99)},
            "slowest": [[round(seconds * 1_000, 1), asked] for seconds, asked in slowest],
        }


class Main:
    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=30)

    def ask(self, path: str, timed: Timed | None = None) -> Any:
        """Raises RuntimeError for anything but 200."""
        began = time.perf_counter()
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        if timed is not None:
            timed.seconds.append(seconds)
            timed.asked.append(path)
        return json.loads(body)


def measure(options: Options) -> Measured:
    with whole_system() as system:
        began = time.monotonic()
        main_commands.output_of({**os.environ, **system.variables}, "seed", "--salons", str(options.salons))
        seeded = time.monotonic() - began
        print(f"  S7 {options.salons:,} salons in {seeded:.0f} s", flush=True)
        return _measured(Main(PROFILE.port("main-1")), options, seeded)


def _measured(main: Main, options: Options, seeded: float) -> Measured:
    searches = [f"{SALONS}?{query}" for query in different_searches(options.searches + WARM_UP)]
    pages, months = PagesByPrimaryKey(main), _months(main, options.salons)
    for path in searches[:WARM_UP]:
        main.ask(path)
        pages.ask()
    searched, by_key, month = Timed(), Timed(), Timed()
    found = 0
    for number, path in enumerate(searches[WARM_UP:]):
        found += bool(main.ask(path, searched)["items"])
        pages.ask(by_key)
        if number % 5 == 0:
            main.ask(next(months), month)
    return Measured(
        claims=(
            Claim("p95 of a search in ms, against a page by primary key", *_in_ms(searched, by_key), at_most=5.0),
            Claim("p95 of a month of free times in ms, against the same", *_in_ms(month, by_key), at_most=5.0),
        ),
        details={
            "salons": options.salons,
            "seeded_in_seconds": round(seeded, 1),
            "searches_that_found_something": found,
            "search": searched.figures(),
            "page by primary key": by_key.figures(),
            "month": month.figures(),
        },
        series={name: _curve(one) for name, one in (("search", searched), ("page by primary key", by_key))},
    )


def _in_ms(ours: Timed, peer: Timed) -> tuple[float, float]:
    return ours.p(0.95) * 1_000, peer.p(0.95) * 1_000


def _curve(timed: Timed) -> list[tuple[float, float]]:
    return [(timed.p(share / 100) * 1_000, share / 100) for share in range(1, 100)]


class PagesByPrimaryKey:
    """The list of all salons, page after page, and from the beginning again after the last."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._cursor: str | None = None

    def ask(self, timed: Timed | None = None) -> None:
        cursor = f"&cursor={self._cursor}" if self._cursor else ""
        self._cursor = self._main.ask(f"{SALONS}?limit=20{cursor}", timed)["next"]


def _months(main: Main, salons: int) -> Iterator[str]:
    """Of a groomer of another salon each time."""
    dice = Random(7)
    for _ in count():
        salon = main.ask(f"{SALONS}/{dice.randint(13, salons)}")
        groomer, treatment = salon["groomers"][0]["id"], salon["treatments"][0]["id"]
        yield f"{SALONS}/{salon['id']}/slots?visit={treatment}:small&groomer={groomer}&days={MONTH_DAYS}"
