"""F10: ten thousand connections to the balancer that never say what they want."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from deploy.local.run.program import Program
from deploy.topology import BALANCER
from tests.faults.cases.two_zones.playing import on_two_zones, play_on_two_zones
from tests.faults.checkers.verdict import Verdict
from tests.faults.clients.half_open import Occupied, occupy
from tests.faults.places import TWO_ZONES
from tests.faults.whole_play import Play
from tests.faults.whole_system import Parts
from tests.harness.api_client import connections

# Everybody else comes from 127.0.0.1.
STRANGER = "127.0.0.7"
ANSWERED_WITHIN_SECONDS = 2.0
_LIMIT, _FOR_EVER = "timeout http-request 10s", "timeout http-request 1h"


async def half_open(_ground: None) -> Verdict:
    return await _with_half_open(Parts())


async def half_open_for_ever(_ground: None) -> Verdict:
    """The head of a request may take as long as it likes."""

    def change(program: Program) -> Program:
        return replace(program, prepare=lambda: _unlimited(program)) if program.name == BALANCER else program

    return await _with_half_open(Parts(change=change))


def _unlimited(program: Program) -> None:
    program.prepare()
    path = Path(program.command[-1])
    text = path.read_text(encoding="utf-8")
    if text.count(_LIMIT) != 1:
        raise RuntimeError(f"the balancer's limit is not {_LIMIT} any more: look for it anew")
    path.write_text(text.replace(_LIMIT, _FOR_EVER), encoding="utf-8")


async def _with_half_open(parts: Parts) -> Verdict:
    occupied: list[Occupied] = []

    async def fault(play: Play) -> None:
        system = play.system
        async with connections(system.base_url) as http:

            async def ask() -> None:
                async with http.get(f"queue/v1/events/{play.opened.event_id}") as answer:
                    await answer.read()

            play.judge_waits(time.monotonic())
            port, pid = TWO_ZONES.port(BALANCER), system.victims[BALANCER].pid
            occupied.append(await occupy(port, pid=pid, ask=ask, source=STRANGER))

    verdict = await play_on_two_zones(fault, parts=parts)
    (found,) = occupied
    slowest = max(verdict.unavailable_seconds, found.slowest_seconds)
    return replace(verdict, lost=(*verdict.lost, *found.wrong), unavailable_seconds=slowest)


CASES = (
    on_two_zones(
        row="F10",
        name="two zones: 10,000 half-open connections to the balancer",
        promise="bounded waits and memory; others are served as before",
        guard="the head of a request has to arrive within 10 s",
        play=half_open,
        control=half_open_for_ever,
        unavailable_seconds_max=ANSWERED_WITHIN_SECONDS,
    ),
)
