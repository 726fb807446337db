"""The ETA: a band from the measured speed, as wide as it has to be for what it promises."""

from __future__ import annotations

import asyncio
import math
import random
from itertools import count
from uuid import UUID

import aiohttp
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.eta import EtaPerPlace, eta_of
from coupon_queue.leader.eta.promises import EtaPromises
from coupon_queue.leader.eta.spread import TARGET, EtaSpread, Outcome
from coupon_queue.scripts import EtaUpdate, Joiner, Sample, Spread, Term, Ticked
from coupon_queue.scripts.shared.line_keys import line_key
from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.main import Main
from tests.harness.waiting import eventually

TERM = Term("queue-1", 1)


# --- the arithmetic


@pytest.mark.unit
@pytest.mark.parametrize(("ahead", "per_place"), [(None, EtaPerPlace(1, 2)), (3, None)])
def test_nobody_is_told_a_time_that_nobody_knows(ahead: int | None, per_place: EtaPerPlace | None) -> None:
    assert eta_of(ahead=ahead, per_place=per_place) is None


@pytest.mark.unit
def test_ones_own_turn_counts_and_the_band_is_rounded_outwards() -> None:
    assert eta_of(ahead=39, per_place=EtaPerPlace(0.36, 0.74)) == {"low_seconds": 14, "high_seconds": 30}
    assert eta_of(ahead=0, per_place=EtaPerPlace(0.01, 0.02)) == {"low_seconds": 0, "high_seconds": 1}


# --- how wide it is


def _coverage(spread: EtaSpread, *, noise: float, checks: int, seed: int = 1) -> float:
    """The share of noisy truths inside the band, while the band learns from each."""
    dice, inside = random.Random(seed), 0
    for _ in range(checks):
        truth = math.exp(dice.gauss(0, noise))
        low, high = spread.spread
        outcome = Outcome.EARLY if truth < low else Outcome.LATE if truth > high else Outcome.INSIDE
        inside += outcome is Outcome.INSIDE
        spread.learn(outcome)
    return inside / checks


@pytest.mark.unit
@pytest.mark.parametrize("noise", [0.1, 0.4, 1.0])
def test_the_band_holds_as_often_as_it_should_however_noisy_the_drain(noise: float) -> None:
    spread = EtaSpread(Spread())
    _coverage(spread, noise=noise, checks=500)

    assert _coverage(spread, noise=noise, checks=3_000, seed=2) == pytest.approx(TARGET, abs=0.03)


@pytest.mark.unit
def test_the_band_of_a_steady_drain_becomes_narrow_and_widens_again_when_it_must() -> None:
    spread = EtaSpread(Spread())
    _coverage(spread, noise=0.0, checks=500)
    narrow = spread.spread
    _coverage(spread, noise=0.5, checks=500)
    wide = spread.spread

    assert 0.95 < narrow.low < 1 < narrow.high < 1.05
    assert wide.low < 0.7
    assert wide.high > 1.4


@pytest.mark.unit
@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(st.sampled_from(Outcome), max_size=300))
def test_whatever_happens_the_band_lies_around_what_the_speed_promises_and_has_bounds(outcomes: list[Outcome]) -> None:
    spread = EtaSpread(Spread())

    for outcome in outcomes:
        spread.learn(outcome)

        low, high = spread.spread
        assert 0.04 < low < 1 < high < 25


# --- what was promised, and how it came


def _made(ahead: int, *, number: int) -> EtaPromises:
    """One promise at second 0 of a place that costs 0.8 to 1.2 seconds."""
    promises = EtaPromises()
    promises.made([Sample(number, ahead)], EtaPerPlace(0.8, 1.2), now=0.0)
    return promises


@pytest.mark.unit
@pytest.mark.parametrize(
    ("serving", "now", "counts"),
    [
        (29, 10.0, (0, 0)),  # not yet
        (30, 10.0, (1, 1)),
        (35, 8.0, (1, 1)),
        (35, 7.9, (1, 0)),  # early
        (30, 12.1, (1, 0)),  # late
        (29, 12.1, (1, 0)),  # late, and still not there
    ],
)
def test_a_promise_holds_when_the_turn_comes_inside_the_band(serving: int, now: float, counts: tuple[int, int]) -> None:
    promises = _made(9, number=30)

    promises.check(serving=serving, now=now)

    frames = promises.take_update()
    assert (frames.checked, frames.inside) == counts
    assert promises.take_update()[1:] == (0, 0)


@pytest.mark.unit
def test_what_was_promised_before_a_pause_is_not_counted() -> None:
    promises = _made(9, number=30)

    promises.forget()
    promises.check(serving=30, now=99.0)

    assert promises.take_update() == EtaUpdate(EtaSpread(Spread()).spread, 0, 0)


@pytest.mark.unit
def test_only_so_many_promises_are_remembered() -> None:
    promises = EtaPromises()
    for number in range(1, 1_001):
        promises.made([Sample(number, number - 1)], EtaPerPlace(1, 2), now=0.0)

    promises.check(serving=1_000, now=0.5)

    assert promises.take_update().checked == 128


@pytest.mark.unit
def test_a_drain_whose_speed_wanders_is_covered_as_promised() -> None:
    """Ticks of one second with an exponentially smoothed speed, as the line measures it, and people who leave."""
    dice, promises = random.Random(7), EtaPromises()
    waiting, rate, checked, inside = list(range(1, 40_001)), 20.0, 0, 0

    for second in count():
        if len(waiting) < 500:
            break
        served = max(1, round(dice.gauss(20 + 10 * math.sin(second / 40), 5)))
        serving, waiting = waiting[served - 1], waiting[served:]
        del waiting[dice.randrange(len(waiting))]
        rate = 0.7 * rate + 0.3 * served
        promises.check(serving=serving, now=second)
        frames = promises.take_update()
        if second > 200:
            checked, inside = checked + frames.checked, inside + frames.inside
        samples = [Sample(waiting[ahead], ahead) for ahead in (20, 100, 400)]
        promises.made(samples, EtaPerPlace(frames.spread.low / rate, frames.spread.high / rate), now=second)

    assert checked > 1_000
    assert 0.78 < inside / checked < 0.93


# --- in the line


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
