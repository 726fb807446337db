"""A drop, a chat, bookings and browsing go on while queues come and go, and while a bad and a good release come.

`make faults ONLY=F9` plays it longer, with more people, more bad releases and a control.
"""

from __future__ import annotations

import asyncio
import os
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from deploy.local.releases.release import Shelf, current
from deploy.local.rolling.instances import Instances
from deploy.local.run.processes import processes_of
from deploy.local.settings.profiles import Profile, noted
from tests.faults.cases.f09_deploy import SHORT_LOAD, SHORT_PLAN, Rollout, deploying, until_all_are_in
from tests.faults.checkers.verdict import Verdict
from tests.faults.places import HOST
from tests.faults.servers import changed_releases as changed
from tests.faults.servers.deploying import deployer
from tests.faults.whole_play import Play, play_whole
from tests.faults.whole_system import WholeSystem
from tests.harness.waiting import until

BEFORE, MORE = 2, 3
WITHIN_SECONDS = 60.0
BAD = Rollout("one that fails its requests", changed.FAILS, is_good=False)
GOOD = Rollout("a good one", changed.GOOD, is_good=True)


@dataclass
class Seen:
    """Open streams by queue, with more of them and with fewer again; and what became of it all."""

    profile: Profile
    good: str = ""
    with_more: list[int] = field(default_factory=list)
    with_fewer: list[int] = field(default_factory=list)
    waiting: int = 0
    verdict: Verdict | None = None


@pytest.fixture(scope="module")
def seen() -> Seen:
    profile = noted(os.environ["SALON_PROFILE"])
    system = WholeSystem(profile, victims={}, variables=dict(os.environ))
    seen = Seen(profile)

    async def fault(play: Play) -> None:
        await play.opened.customers.until_in_line(SHORT_PLAN.drop.customers, seconds=WITHIN_SECONDS)
        await _scale(play, MORE)
        await _open_streams_anew(play)
        seen.with_more = await _streams(profile, MORE)
        await _scale(play, BEFORE)
        await _until_all_have_streams(play)
        seen.with_fewer = await _streams(profile, BEFORE)
        seen.good = await asyncio.to_thread(lambda: [one.result() for one in releases][-1])
        await deploying((BAD, GOOD), SHORT_LOAD, bake="1")(play)
        seen.waiting = play.opened.customers.waiting()

    with ThreadPoolExecutor(1) as builder:
        # Meanwhile people come and queues do.
        releases: list[Future[str]] = [builder.submit(changed.built, one.title, one.changes) for one in (BAD, GOOD)]
        seen.verdict = asyncio.run(play_whole(system, SHORT_PLAN, until_all_are_in(fault)))
    print(seen.verdict.line(), flush=True)
    return seen


async def _scale(play: Play, count: int) -> None:
    scaled = await asyncio.to_thread(deployer, play.system.profile, "scale", "--queues", str(count))
    print(scaled.text, flush=True)
    assert scaled.exit_code == 0, scaled.text


async def _open_streams_anew(play: Play) -> None:
    """Whoever has a stream keeps it when queues come; whoever comes then may be given any of them."""
    for customer in play.opened.customers.everybody:
        customer.hang_up()
    await asyncio.sleep(0.2)
    for customer in play.opened.customers.everybody:
        customer.come_back()
    await _until_all_have_streams(play)


async def _until_all_have_streams(play: Play) -> None:
    """Of those who have not had their final word."""
    customers = play.opened.customers
    assert await until(lambda: customers.connected() >= customers.waiting(), seconds=WITHIN_SECONDS)


async def _streams(profile: Profile, queues: int) -> list[int]:
    return [await asyncio.to_thread(_open_streams, profile, f"queue-{number}") for number in range(1, queues + 1)]


def _open_streams(profile: Profile, queue: str) -> int:
    with urllib.request.urlopen(f"http://{HOST}:{profile.port(queue)}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("queue_streams ")))


def test_no_request_fails_and_nothing_acknowledged_is_lost(seen: Seen) -> None:
    """Among what would be lost: a place in the line, and a release that came to another end than it should."""
    assert seen.verdict is not None
    assert (seen.verdict.lost, seen.verdict.duplicated, seen.verdict.out_of_order) == ((), (), ())
    assert seen.verdict.acked > SHORT_PLAN.drop.customers + SHORT_PLAN.drop.quantity


def test_people_waited_in_the_line_all_the_time(seen: Seen) -> None:
    assert seen.waiting > 0


def test_a_queue_that_comes_takes_streams(seen: Seen) -> None:
    [came] = seen.with_more[BEFORE:]

    assert came > 0


def test_a_queue_that_goes_hands_its_people_over(seen: Seen) -> None:
    assert sum(seen.with_fewer) > sum(seen.with_more[:BEFORE])


def test_the_good_release_runs_everywhere_and_is_the_current_one(seen: Seen) -> None:
    shelf = Shelf()
    instances = Instances(seen.profile, shelf, start_seconds=0)

    assert current(seen.profile, shelf).version == seen.good[:12]
    assert {instances.runs(process.name) for process in processes_of(seen.profile)} == {seen.good[:12]}
