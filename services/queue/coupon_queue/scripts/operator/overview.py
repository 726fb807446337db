from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.eta import EtaPerPlace
from coupon_queue.scripts.operator.report import Report, report_keys
from coupon_queue.scripts.shared.lua import line_script

_overview = line_script("operator/overview")

# Instances report once a second: one that was silent for longer than this has no streams any more.
_FRESH_MS = 4_000


class Overview(NamedTuple):
    """One line at one moment of Redis's clock, and what each living instance reported last."""

    state: str
    serving: int
    waiting: int
    admitted: int
    issued: int
    stock_left: int
    in_flight: int
    oldest_claim_ms: int
    eta_per_place: EtaPerPlace | None
    eta_checked: int
    eta_inside: int
    now_ms: int
    reports: list[Report]


async def overview(redis: Redis, *, event_id: UUID) -> Overview | None:
    """None when this Redis does not know the event."""
    answer = await _overview(redis, keys=report_keys(event_id), args=[_FRESH_MS])
    if not answer:
        return None
    state, serving, waiting, admitted, issued, stock_left, in_flight, oldest_ms, *rest = answer
    per_place, eta_checked, eta_inside, now_ms, *texts = rest
    return Overview(
        state=state,
        serving=int(serving),
        waiting=waiting,
        admitted=int(admitted),
        issued=issued,
        stock_left=stock_left,
        in_flight=in_flight,
        oldest_claim_ms=oldest_ms,
        eta_per_place=EtaPerPlace.read(per_place),
        eta_checked=int(eta_checked),
        eta_inside=int(eta_inside),
        now_ms=int(now_ms),
        reports=[Report.read(text) for text in texts],
    )
