from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.eta import EtaPerPlace
from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from coupon_queue.scripts.shared.term import LostLease, Term
from salon_kit.redis.script import Word

_tick = line_script("leader/tick")


class Spread(NamedTuple):
    """The ends of the ETA's band, as multiples of what the line's speed promises."""

    low: float = 0.7
    high: float = 1.5


class EtaUpdate(NamedTuple):
    """How wide the band is to be, and how many more promises were checked and held."""

    spread: Spread = Spread()
    checked: int = 0
    inside: int = 0


class Sample(NamedTuple):
    number: int
    ahead: int


class Ticked(NamedTuple):
    """`frame` is empty when nothing had to be sent. `samples` are a few of those whom the frame promised a time."""

    frame: str
    state: str
    waiting: int
    in_flight: int
    oldest_claim_ms: int
    issued: int
    unsent: int
    serving: int
    spread: Spread
    eta_per_place: EtaPerPlace | None
    samples: list[Sample]


async def tick(
    redis: Redis,
    *,
    event_id: UUID,
    term: Term,
    departures_max: int,
    stalled_seconds: float,
    eta: EtaUpdate | None = None,
) -> Ticked | None:
    """Publish the line's next frame. None when this Redis does not know the event. Raises LostLease.

    Without `eta` the band stays as wide as it was, or as wide as it is at first.
    """
    args: list[Word] = [term.epoch, term.leader, departures_max, int(stalled_seconds * 1000)]
    args += [int(eta is not None), *(eta or EtaUpdate()).spread, *(eta or EtaUpdate())[1:]]
    answer = await _tick(redis, keys=line_keys(event_id), args=args)
    if answer == [-1]:
        raise LostLease
    return _read(answer) if answer else None


def _read(answer: Sequence[Any]) -> Ticked:
    fields = dict(zip(answer[::2], answer[1::2], strict=True))
    samples = [int(float(word)) for word in fields["samples"]]
    return Ticked(
        frame=fields["frame"],
        state=fields["state"],
        waiting=fields["waiting"],
        in_flight=fields["in_flight"],
        oldest_claim_ms=fields["oldest_claim_ms"],
        issued=fields["issued"],
        unsent=fields["unsent"],
        serving=int(fields["serving"]),
        spread=Spread(*map(float, fields["spread"].split())),
        eta_per_place=EtaPerPlace.read(fields["eta_per_place"]),
        samples=[Sample(*pair) for pair in sorted(set(zip(samples[::2], samples[1::2], strict=True)))],
    )
