"""What runs where: `small` is all in one place, `ha` is two zones and a third place that only votes.

Standard library only: the installer reads it on the system's Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.processes import PLACES, PROCESSES, ZONED, ZONES, Process


@dataclass(frozen=True)
class Server:
    """One that is not ours: a member of a store, nginx, the balancer."""

    name: str
    place: str
    # The names of its ports, and how far each is above the first port of a profile.
    ports: Mapping[str, int]


@dataclass(frozen=True)
class Topology:
    name: str
    # Those that take traffic. A place that is in none of them only votes.
    zones: tuple[str, ...]
    processes: tuple[Process, ...]
    servers: tuple[Server, ...]

    def place_of(self, name: str) -> str:
        """Raises KeyError for what is not in it."""
        return self.places()[name]

    def places(self) -> dict[str, str]:
        """Each name of a process or a server, and the place in which it stands; the balancer stands in none."""
        parts: tuple[Process | Server, ...] = (*self.servers, *self.processes)
        return {part.name: part.place for part in parts}

    def names_in(self, place: str) -> tuple[str, ...]:
        return tuple(name for name, where in self.places().items() if where == place)

    def members(self, kind: str) -> tuple[str, ...]:
        """The servers of one kind: `kafka` gives `kafka-1`, `kafka-2`, `kafka-3`."""
        return tuple(server.name for server in self.servers if server.name.rstrip("-0123456789") == kind)

    def port_offsets(self) -> dict[str, int]:
        servers = {port: offset for server in self.servers for port, offset in server.ports.items()}
        return servers | {process.name: process.port_offset for process in self.processes}


SMALL = Topology(
    "small",
    zones=("a",),
    processes=PROCESSES,
    servers=(
        Server("mysql", "a", {"mysql": 1}),
        Server("redis", "a", {"redis": 2}),
        Server("kafka", "a", {"kafka": 3, "kafka-controller": 4}),
        Server("mongodb", "a", {"mongodb": 5}),
        Server("postgresql", "a", {"postgresql": 6}),
    ),
)


def _member(number: int, place: str) -> tuple[Server, ...]:
    """Of each store that votes one in each place, so that any place may be lost."""
    ports = PLACES[place]
    return (
        Server(f"mysql-{number}", place, {f"mysql-{number}": ports + 1, f"mysql-{number}-group": ports + 2}),
        Server(f"redis-{number}", place, {f"redis-{number}": ports + 3}),
        Server(f"sentinel-{number}", place, {f"sentinel-{number}": ports + 4}),
        Server(f"kafka-{number}", place, {f"kafka-{number}": ports + 5, f"kafka-{number}-controller": ports + 6}),
    )


NOWHERE = ""
BALANCER = "balancer"

HA = Topology(
    "ha",
    zones=ZONES,
    processes=ZONED,
    servers=(
        *(server for number, place in enumerate(PLACES, start=1) for server in _member(number, place)),
        # One only, and chat goes on without it; as three members of MongoDB it stands in docker-compose.ha.yml.
        Server("mongodb", "c", {"mongodb": 5}),
        Server("postgresql", "c", {"postgresql": 6}),
        *(Server(f"nginx-{zone}", zone, {f"nginx-{zone}": PLACES[zone] + 10}) for zone in ZONES),
        # Its page is where SALON_PORT says.
        Server(BALANCER, NOWHERE, {"balancer-status": 7}),
    ),
)

TOPOLOGIES = {topology.name: topology for topology in (SMALL, HA)}
