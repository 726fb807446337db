"""S9: people who browse and book at one main, against the same requests at an empty view of the same framework.

Two hundred requests a second come at fixed moments for two minutes, at each on a core of its own, the stores and the
clients on the other one.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence

from deploy.local.run.probes import serves
from deploy.local.run.system import System
from deploy.processes import named
from tests.bench.load import tokens
from tests.bench.load.visitors import Answered, Visitors
from tests.bench.measured_process import MeasuredProcess, processor_seconds
from tests.bench.observed.visits import Wish, wishes
from tests.bench.options import SERVER_CORE, Options
from tests.bench.peers import starting
from tests.bench.places import BARE_ROUTE_PORT, HOST, LOGS
from tests.bench.results.report import Claim, Measured
from tests.bench.rows.idle import HELLO, of_ours
from tests.bench.whole_system import mint_customers, stores
from tests.harness.api_client import ApiClient, connections

# Of whom nobody books more often in a day than an account may.
CUSTOMERS = 1_500
AT_ONCE = 150
WARM_UP_SECONDS = 3.0
WARM_UP_SHARE = 0.25


def measure(options: Options) -> Measured:
    shutil.rmtree(LOGS, ignore_errors=True)
    with stores() as system:
        people = tokens.read(mint_customers(system.variables, CUSTOMERS), CUSTOMERS)
        with of_ours(named("main-1"), system.variables) as main:
            url = f"http://{HOST}:{_port(system)}"
            wished = asyncio.run(_wishes(url, people[0]))
            ours, used = asyncio.run(_visited(main, url, people, wished, options))
        with _empty_view() as empty:
            url = f"http://{HOST}:{BARE_ROUTE_PORT}"
            peer, used_by_peer = asyncio.run(_visited(empty, url, people, wished, options))
    return measured(ours, peer, {"main": used, "empty view": used_by_peer}, options)


def _port(system: System) -> int:
    return system.profile.port("main-1")


def _empty_view() -> MeasuredProcess:
    words = next(iter(HELLO.values()))
    ready = serves(f"http://{HOST}:{BARE_ROUTE_PORT}/readyz")
    return starting.hello(words, ready=ready, core=SERVER_CORE)


async def _wishes(url: str, token: str) -> list[Wish]:
    async with connections(url) as http:
        return await wishes(ApiClient(http, token=token), count=AT_ONCE)


async def _visited(
    server: MeasuredProcess, url: str, people: Sequence[str], wished: Sequence[Wish], options: Options
) -> tuple[Answered, float]:
    """What was answered, and the share of its core that this took."""
    async with connections(url) as http:
        visitors = Visitors(http, tokens=people, wishes=wished)
        await visitors.come(requests_per_second=options.mixed_requests * WARM_UP_SHARE, seconds=WARM_UP_SECONDS)
        used = processor_seconds(server.pid)
        answered = await visitors.come(requests_per_second=options.mixed_requests, seconds=options.mixed_seconds)
        used = processor_seconds(server.pid) - used
    print(f"  S9 {server.name}: {answered.figures()}", flush=True)
    return answered, round(used / options.mixed_seconds, 3)


def measured(ours: Answered, peer: Answered, shares: dict[str, float], options: Options) -> Measured:
    # Then it is the machine that cannot.
    excuse = None if peer.well == peer.sent else "the empty view did not answer all of them either"
    p95, of_peer = ours.delays.percentile_ms(95), peer.delays.percentile_ms(95)
    return Measured(
        claims=(
            Claim("p95 of a request in ms", p95, of_peer, at_most=2.5, excuse=excuse),
            Claim("requests answered well, against those sent", ours.well, ours.sent, at_least=1.0, excuse=excuse),
        ),
        details={
            "requests_per_second": options.mixed_requests,
            "seconds": options.mixed_seconds,
            "main": ours.figures(),
            "empty view": peer.figures(),
            "share of the core": shares,
        },
    )
