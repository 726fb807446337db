"""The band of a real line: who is told it, and from what it is measured."""

from __future__ import annotations

import asyncio
from uuid import UUID

import aiohttp
import orjson
import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.eta import EtaPerPlace
from coupon_queue.scripts import EtaUpdate, Joiner, Sample, Spread, Term, Ticked
from coupon_queue.scripts.shared.line_keys import line_key
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main
from tests.harness.waiting import eventually

TERM = Term("queue-1", 1)


async def _line(redis: Redis, *, waiting: int) -> UUID:
    event = coupon_event(quantity=1_000)
    await scripts.announce(redis, event=event)
    for account in range(1, waiting + 1):
        await _join(redis, event.coupon_event_id, account)
    return event.coupon_event_id


async def _join(redis: Redis, line: UUID, account: int) -> None:
    await scripts.join(redis, event_id=line, joiners=[Joiner(account, 0, "t")], grace_seconds=60)


async def _tick(redis: Redis, line: UUID, eta: EtaUpdate | None = None) -> Ticked:
    ticked = await scripts.tick(redis, event_id=line, term=TERM, departures_max=500, stalled_seconds=5, eta=eta)
    assert ticked is not None
    return ticked


async def _served_in_a_second(redis: Redis, line: UUID, people: int) -> None:
    await scripts.admit(redis, event_id=line, term=TERM, batch_size=people, window=1_000)
    await redis.hincrby(line_key(line, "meta"), "tick_ms", -1_000)


async def test_everybody_is_told_the_same_band_by_frame_by_place_and_to_the_operator(redis: Redis) -> None:
    line = await _line(redis, waiting=60)
    assert orjson.loads((await _tick(redis, line)).frame)["eta_per_place"] is None
    await _served_in_a_second(redis, line, 10)

    ticked = await _tick(redis, line, EtaUpdate(Spread(0.5, 2.0), checked=4, inside=3))

    per_place = EtaPerPlace(**orjson.loads(ticked.frame)["eta_per_place"])
    assert per_place == pytest.approx((0.05, 0.2), rel=0.05)
    place = await scripts.read_place(redis, event_id=line, account_id=60, grace_seconds=60)
    seen = await scripts.overview(redis, event_id=line)
    assert place is not None
    assert seen is not None
    assert place.eta_per_place == seen.eta_per_place == ticked.eta_per_place == per_place
    assert (seen.eta_checked, seen.eta_inside) == (4, 3)


async def test_the_samples_are_people_who_wait_and_know_who_is_ahead(redis: Redis) -> None:
    line = await _line(redis, waiting=60)
    await _tick(redis, line)
    await _served_in_a_second(redis, line, 10)
    await scripts.leave(redis, event_id=line, account_id=20)

    ticked = await _tick(redis, line)

    assert ticked.serving == 10
    assert ticked.samples == [Sample(15, 4), Sample(36, 24), Sample(60, 48)]


async def test_the_first_second_after_a_pause_counts_in_full_and_the_pause_not_at_all(redis: Redis) -> None:
    line = await _line(redis, waiting=60)
    paused = coupon_event(quantity=1_000, paused=True, revision=2).model_copy(update={"coupon_event_id": line})
    await scripts.announce(redis, event=paused)
    assert (await _tick(redis, line)).eta_per_place is None
    await scripts.announce(redis, event=paused.model_copy(update={"revision": 3, "paused": False}))
    await _tick(redis, line)
    await _served_in_a_second(redis, line, 10)

    ticked = await _tick(redis, line)

    assert orjson.loads(ticked.frame)["rate"] == pytest.approx(10, rel=0.05)


async def test_a_new_leader_goes_on_with_the_band_that_the_line_had(redis: Redis) -> None:
    line = await _line(redis, waiting=5)

    first = await _tick(redis, line)
    await _tick(redis, line, EtaUpdate(Spread(0.9, 1.1)))
    taken_over = await _tick(redis, line)

    assert first.spread == Spread()
    assert taken_over.spread == Spread(0.9, 1.1)


async def test_a_running_line_checks_what_it_promised(
    start_queue: StartQueue, new_customer: NewCustomer, http: aiohttp.ClientSession, main: Main, redis: Redis
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=40, paused=True))
    await until_known(event, queue)
    await asyncio.gather(*(new_customer(event, queue).join() for _ in range(40)))

    main.publish(event.model_copy(update={"revision": 2, "paused": False, "pace_ceiling_per_second": 8}))

    async def checked() -> bool:
        seen = await scripts.overview(redis, event_id=event.coupon_event_id)
        return seen is not None and seen.eta_checked >= 3 and seen.eta_checked >= seen.eta_inside > 0

    await eventually(checked)
    async with http.get(f"{queue.url}/metrics") as response:
        metrics = await response.text()
    assert "queue_eta_checked_total" in metrics
    assert "queue_eta_inside_total" in metrics
