"""Lose a zone, lose nothing acknowledged. `make faults ONLY=F11` plays it longer, in three ways, with a control."""

from __future__ import annotations

import asyncio
import subprocess
from functools import partial
from uuid import uuid4

import pytest

from tests.faults.cases.f11_zone_lost import SHORT_PLAN, lose
from tests.faults.checkers.verdict import Verdict
from tests.faults.places import TWO_ZONES
from tests.faults.whole_play import KINDS, play_whole
from tests.faults.whole_system import WholeSystem
from tests.harness.system.shown_secrets import known_secrets, shown_by, with_children

LOST_SECONDS = 12.0
# Twice what the row promises: here other tests run at the same time.
GOES_ON_WITHIN_SECONDS = 30.0


@pytest.fixture(scope="module")
def verdict(system: WholeSystem) -> Verdict:
    """Of a small drop, a chat, bookings and browsing, during which every process of zone b is killed."""
    fault = partial(lose, zone="b", for_seconds=LOST_SECONDS)
    return asyncio.run(play_whole(system, SHORT_PLAN, fault))


def test_no_process_has_a_secret_in_its_environment_or_on_its_command_line(system: WholeSystem) -> None:
    """Of both zones and the third place, with what each of them has started."""
    pids = with_children(victim.pid for victim in system.victims.values())

    assert len(pids) >= len(system.victims) > 20
    assert shown_by(pids, known_secrets(TWO_ZONES)) == []


def test_a_process_that_shows_a_secret_is_found() -> None:
    """The control, with one that nobody else has."""
    secret = f"secret-{uuid4().hex}"
    with subprocess.Popen(["sleep", "60"], env={"PASSWORD": secret}) as process:
        shown = shown_by(with_children([process.pid]), {secret: "here"})
        process.kill()

    assert shown == [f"{process.pid} environ: here"]


def test_nothing_that_was_acknowledged_is_lost_with_a_zone(verdict: Verdict) -> None:
    assert (verdict.lost, verdict.duplicated, verdict.out_of_order) == ((), (), ())


def test_whoever_is_refused_meanwhile_hears_when_to_come_again(verdict: Verdict) -> None:
    assert verdict.unclear == ()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_goes_on_in_the_other_zone(verdict: Verdict, kind: str) -> None:
    assert verdict.kinds[kind].acked > 0
    assert verdict.kinds[kind].unavailable_seconds < GOES_ON_WITHIN_SECONDS
