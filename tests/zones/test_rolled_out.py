"""Queues come and go, and another release is rolled out, while a drop, a chat, bookings and browsing go on.

The short F9 on the small system; `make faults ONLY=F9` plays it longer, with bad releases and a control.
"""

from __future__ import annotations

import asyncio
import urllib.request
from dataclasses import dataclass, field

import pytest

from tests.faults.cases.f09_deploy import SHORT_LOAD, SHORT_PLAN, deploying, rollouts
from tests.faults.checkers.verdict import Verdict
from tests.faults.places import HOST, WHOLE
from tests.faults.servers.deploying import deployer, running_system
from tests.faults.whole_play import Play, play_whole
from tests.harness.waiting import until

BEFORE, MORE, FEWER = 2, 4, 1
WITHIN_SECONDS = 60.0


@dataclass
class Seen:
    """Open streams by queue, when there were more of them and when there were fewer; and what became of it all."""

    with_more: list[int] = field(default_factory=list)
    with_fewer: list[int] = field(default_factory=list)
    verdict: Verdict | None = None


@pytest.fixture(scope="module")
def seen() -> Seen:
    seen = Seen()

    async def fault(play: Play) -> None:
        await play.opened.customers.until_in_line(SHORT_PLAN.drop.customers, seconds=WITHIN_SECONDS)
        await _scale(play, MORE)
        await _open_streams_anew(play)
        seen.with_more = [await _streams_of(number) for number in range(1, MORE + 1)]
        await _scale(play, FEWER)
        await _until_all_have_streams(play)
        seen.with_fewer = [await _streams_of(number) for number in range(1, FEWER + 1)]
        await _scale(play, BEFORE)
        await deploying(rollouts()[:1], SHORT_LOAD, bake="1")(play)

    with running_system(WHOLE) as system:
        seen.verdict = asyncio.run(play_whole(system, SHORT_PLAN, fault))
    return seen


async def _scale(play: Play, count: int) -> None:
    scaled = await asyncio.to_thread(deployer, play.system.profile, "scale", "--queues", str(count))
    print(scaled.text, flush=True)
    assert scaled.exit_code == 0, scaled.text


async def _open_streams_anew(play: Play) -> None:
    """Whoever has a stream keeps it when queues come; whoever comes then may be given any of them."""
    for customer in play.opened.customers.everybody:
        customer.hang_up()
    await asyncio.sleep(0.5)
    for customer in play.opened.customers.everybody:
        customer.come_back()
    await _until_all_have_streams(play)


async def _until_all_have_streams(play: Play) -> None:
    """Of those who have not had their final word: a moment is theirs between two streams."""
    customers = play.opened.customers
    assert await until(lambda: customers.connected() >= customers.waiting(), seconds=WITHIN_SECONDS)


async def _streams_of(number: int) -> int:
    return await asyncio.to_thread(_open_streams, number)


def _open_streams(number: int) -> int:
    with urllib.request.urlopen(f"http://{HOST}:{WHOLE.port(f'queue-{number}')}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("queue_streams ")))


def test_no_request_fails_and_nothing_acknowledged_is_lost(seen: Seen) -> None:
    """Among what would be lost: a place in the line, and a release that came to another end than it should."""
    assert seen.verdict is not None
    assert (seen.verdict.lost, seen.verdict.duplicated, seen.verdict.out_of_order) == ((), (), ())
    assert seen.verdict.acked > SHORT_PLAN.drop.customers


def test_queues_that_come_take_streams(seen: Seen) -> None:
    came = seen.with_more[BEFORE:]

    assert len(came) == MORE - BEFORE
    assert all(streams > 0 for streams in came)


def test_queues_that_go_hand_their_people_over(seen: Seen) -> None:
    [left] = seen.with_fewer

    assert left > max(seen.with_more)
