"""A line that is held until everybody stands in it, and then let go: how S4 and the rehearsal begin."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.places import HOST, SENT_TIMES
from tests.bench.streams.load_client import LoadClient
from tests.harness.api_client import connections
from tests.harness.coupon_events import act, announce_event, line_state_is
from tests.harness.people import OPERATOR_EMAIL, sign_in


class Moment(NamedTuple):
    """On the clock of the streams, and on MySQL's."""

    monotonic_ns: int
    wall: float


async def hold(url: str, *, coupons: int, customers: int, rehearsal: bool = False) -> str:
    """An event that is open and paused, so that everybody can stand in line before the first is served.

    Without a ceiling: how fast it goes is what is measured.
    """
    async with connections(url) as http:
        operator = await sign_in(http, email=OPERATOR_EMAIL)
        event_id = await announce_event(
            operator, coupons=coupons, pace_ceiling_per_second=None, max_waiting=customers, rehearsal=rehearsal
        )
        await act(operator, event_id, "pause")
        await act(operator, event_id, "open")
        await line_state_is(operator, event_id, "paused")
        return event_id


async def let_go(url: str, event_id: str) -> Moment:
    """The moment right before the operator's request leaves."""
    async with connections(url) as http:
        operator = await sign_in(http, email=OPERATOR_EMAIL)
        moment = Moment(time.monotonic_ns(), time.time())
        await act(operator, event_id, "resume")
        return moment


async def close(url: str, event_id: str) -> None:
    async with connections(url) as http:
        await act(await sign_in(http, email=OPERATOR_EMAIL), event_id, "close")


def streams_of(everyone: Path, *, event_id: str, customers: int, ports: Sequence[int]) -> LoadClient:
    """An open stream for each of them; `everyone` is a file with one token a line."""
    return LoadClient(
        addresses=[(HOST, port) for port in ports],
        path=f"/queue/v1/events/{event_id}/line",
        tokens=everyone,
        streams=customers,
        core=None,
        sent_times=SENT_TIMES,
    )
