"""Whoever stands in for the supervisor starts what ended by itself, and leaves alone what a fault holds down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.run.program import Program
from tests.faults.places import WHOLE
from tests.faults.servers.victim import Victim
from tests.faults.whole_system import WholeSystem
from tests.harness.waiting import until

pytestmark = pytest.mark.unit


@pytest.fixture
def system(tmp_path: Path) -> Iterator[WholeSystem]:
    def sleeper(name: str) -> Victim:
        program = Program(name=name, command=["sleep", "60"], ports=[], ready=lambda: True, pause_seconds=0.3)
        return Victim(program, logs=tmp_path)

    victims = {name: sleeper(name) for name in ("one", "other")}
    for victim in victims.values():
        victim.start()
    yield WholeSystem(WHOLE, victims, {})
    for victim in victims.values():
        victim.stop()


def test_what_ended_by_itself_is_started_again_after_a_pause(system: WholeSystem) -> None:
    async def play() -> bool:
        supervising = asyncio.create_task(system.supervise())
        system.victims["one"].kill()
        assert not system.victims["one"].is_running
        came_back = await until(lambda: system.victims["one"].is_running, seconds=10)
        supervising.cancel()
        return came_back

    assert asyncio.run(play())
    assert system.restarts == {"one": 1}


def test_what_was_killed_stays_down_until_it_is_brought_back(system: WholeSystem) -> None:
    async def play() -> None:
        supervising = asyncio.create_task(system.supervise())
        system.kill("one", "other")
        await asyncio.sleep(1.2)
        assert not any(victim.is_running for victim in system.victims.values())

        system.bring_back("one", "other")
        await asyncio.sleep(0.5)
        assert all(victim.is_running for victim in system.victims.values())
        supervising.cancel()

    asyncio.run(play())

    assert system.restarts == {}
