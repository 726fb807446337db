"""S10: what logs, traces and metrics cost, where they are switched on as they are shipped.

One queue that is joined, and one main at which people look at salons, book and cancel, and then write messages; each
alone on its core, with the stores and the clients on the other one. In turns, several rounds, a fresh process each: on,
off, then off, on.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from deploy.local.places import tool
from tests.bench.load import tokens
from tests.bench.measured_process import MeasuredProcess
from tests.bench.observed.messages import Talked, talk
from tests.bench.observed.receiving import receiver
from tests.bench.observed.sides import MAIN_PORT, Side, both
from tests.bench.observed.visits import Visited, visit
from tests.bench.options import Options
from tests.bench.peers import starting
from tests.bench.places import HOST, LOGS
from tests.bench.results.report import Claim, Measured
from tests.bench.rows.joins import Load, ours_once
from tests.bench.whole_system import mint_customers, stores
from tests.harness.api_client import connections
from tests.harness.groomer import some_groomer

# Of whom nobody books more often than an account may.
CUSTOMERS = 1_500
LEAST_THROUGHPUT, MOST_MEMORY = 0.9, 1.15


@dataclass
class Rounds:
    """Of one side, each round."""

    joins: list[Load] = field(default_factory=list)
    visits: list[Visited] = field(default_factory=list)
    messages: list[Talked] = field(default_factory=list)


def measure(options: Options) -> Measured:
    starting.insist_on("wrk", there=tool("wrk") is not None)
    shutil.rmtree(LOGS, ignore_errors=True)
    rounds = {"on": Rounds(), "off": Rounds()}
    with stores() as system, receiver() as taken:
        people = tokens.read(mint_customers(system.variables, CUSTOMERS), CUSTOMERS)
        for number in range(options.rounds):
            sides = both(taken.endpoint)
            for side in sides if number % 2 == 0 else reversed(sides):
                _add_round(rounds[side.name], number, side, people, options)
    return measured(rounds["on"], rounds["off"], taken.what, options)


def _add_round(rounds: Rounds, number: int, side: Side, people: Sequence[str], options: Options) -> None:
    rounds.joins.append(ours_once(number, options, started=side.queue))
    with side.main() as server:
        visited, talked = asyncio.run(_in_main(server, people, options))
    rounds.visits.append(visited)
    rounds.messages.append(talked)
    for name, last in (("joins", rounds.joins[-1]), ("visits", visited), ("messages", talked)):
        print(f"  S10 round {number + 1}, {name}, {side.name}: {last}", flush=True)


async def _in_main(server: MeasuredProcess, people: Sequence[str], options: Options) -> tuple[Visited, Talked]:
    url = f"http://{HOST}:{MAIN_PORT}"
    visited = await visit(server, url, people, seconds=options.join_seconds)
    async with connections(url) as http:
        groomer = await some_groomer(http)
    talked = await talk(server, url, people, groomer_id=groomer.groomer_id, seconds=options.join_seconds)
    return visited, talked


def measured(on: Rounds, off: Rounds, taken_by: str, options: Options) -> Measured:
    details = {
        f"{name} {side}": [vars(one) for one in of_side]
        for side, rounds in (("on", on), ("off", off))
        for name, of_side in vars(rounds).items()
    }
    return Measured(
        claims=_claims(on, off),
        details={"spans and lines are taken by": taken_by, "seconds": options.join_seconds, **details},
    )


def _claims(on: Rounds, off: Rounds) -> tuple[Claim, ...]:
    def throughput(what: str, value: Callable[[Rounds], list[float]]) -> Claim:
        return Claim(what, median(value(on)), median(value(off)), at_least=LEAST_THROUGHPUT)

    def memory(what: str, value: Callable[[Rounds], list[float]]) -> Claim:
        return Claim(what, median(value(on)), median(value(off)), at_most=MOST_MEMORY)

    return (
        throughput("joins a second at one queue", lambda side: [one.per_second for one in side.joins]),
        throughput(
            "joins for each second of its processor", lambda side: [one.per_processor_second for one in side.joins]
        ),
        throughput("requests a second at one main", lambda side: [one.per_second for one in side.visits]),
        throughput(
            "requests for each second of its processor", lambda side: [one.per_processor_second for one in side.visits]
        ),
        throughput(
            "messages for each second of its processor",
            lambda side: [one.per_processor_second for one in side.messages],
        ),
        memory("MB of a queue that was joined", lambda side: [one.megabytes or 0.0 for one in side.joins]),
        memory("MB of a main that was visited", lambda side: [one.megabytes for one in side.visits]),
    )
