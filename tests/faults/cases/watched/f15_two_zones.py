"""F15 on two zones: one replica of Redis is killed, then both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.faults.cases.watched.playing import all_are_read_of, known_to_people, nobody_reads_of_them
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import TWO_ZONES
from tests.faults.servers import zones
from tests.faults.whole_play import Plan
from tests.faults.whole_system import WholeSystem
from tests.harness.monitoring import troubles
from tests.harness.monitoring.troubles import Trouble

PLAN = Plan(drop=Drop(customers=300, quantity=290, pace=1, arrive_seconds=5, finish_seconds=120), rooms=2, bookers=4)


async def replicas_killed(_ground: None) -> Verdict:
    return await all_are_read_of(TWO_ZONES, PLAN, _troubles)


async def rules_with_other_names(_ground: None) -> Verdict:
    """The control."""
    return await nobody_reads_of_them(TWO_ZONES, PLAN, _troubles)


def _troubles(system: WholeSystem) -> Sequence[Trouble]:
    replicas = replicas_of(system)
    return (
        troubles.replica_lost(replicas[0], lambda: killed(system, replicas[0])),
        troubles.all_replicas_lost(lambda: killed(system, *replicas)),
    )


def replicas_of(system: WholeSystem) -> list[str]:
    primary = zones.primary_of_redis(system.profile)
    return [name for name in system.profile.topology.members("redis") if name != primary]


@contextmanager
def killed(system: WholeSystem, *names: str) -> Iterator[None]:
    """At once, and held down; they are back when it is over."""
    system.kill(*names)
    try:
        yield
    finally:
        system.bring_back(*names)


CASES = (
    known_to_people(
        name="two zones: a replica of Redis killed -9, then every one",
        play=replicas_killed,
        control=rules_with_other_names,
    ),
)
