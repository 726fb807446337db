"""Two zones that are whole by themselves, and a third place that only votes."""

from __future__ import annotations

import pytest

from deploy.processes import PROCESSES, ZONED, ZONES
from deploy.topology import BALANCER, HA, SMALL, Topology

THIRD = "c"
VOTERS = ("mysql", "redis", "sentinel", "kafka")


def _work(names: tuple[str, ...]) -> set[tuple[str, ...]]:
    """What these processes do: their command, without the name of the one who does it."""
    return {(process.service, *process.command) for process in (*PROCESSES, *ZONED) if process.name in names}


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_alone_runs_every_process_that_the_small_topology_has(zone: str) -> None:
    assert _work(HA.names_in(zone)) == _work(tuple(process.name for process in PROCESSES))
    assert f"nginx-{zone}" in HA.names_in(zone)


@pytest.mark.parametrize("kind", VOTERS)
def test_whatever_votes_has_one_voter_in_each_place(kind: str) -> None:
    places = [HA.place_of(name) for name in HA.members(kind)]

    assert sorted(places) == [*ZONES, THIRD]


def test_the_third_place_has_what_votes_chats_history_photos_and_nothing_else() -> None:
    voters = {name for kind in VOTERS for name in HA.members(kind)}

    assert set(HA.names_in(THIRD)) - voters == {"mongodb", "postgresql", "photos"}


def test_the_balancer_is_in_no_place_that_can_be_lost() -> None:
    assert HA.place_of(BALANCER) not in {*ZONES, THIRD}


@pytest.mark.parametrize("topology", [SMALL, HA], ids=lambda topology: topology.name)
def test_no_two_parts_of_a_topology_have_one_name_or_one_port(topology: Topology) -> None:
    names = [process.name for process in topology.processes] + [server.name for server in topology.servers]
    offsets = [process.port_offset for process in topology.processes]
    offsets += [offset for server in topology.servers for offset in server.ports.values()]

    assert len(names) == len(set(names))
    assert len(offsets) == len(set(offsets))
