"""What runs where: `small` is all in one place, `ha` is two zones and a third place that only votes.

Standard library only: the installer reads it on the system's Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.processes import PLACES, PROCESSES, QUEUES, ZONED, ZONED_QUEUES, ZONES, Process


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
    # Those of `processes`, and after them those that `make scale` may add.
    queues: tuple[Process, ...]

    def with_queues(self, count: int) -> tuple[Process, ...]:
        """All processes, with so many queues. Raises ValueError when that is too few or too many."""
        if not self.fewest_queues <= count <= len(self.queues):
            raise ValueError(f"from {self.fewest_queues} to {len(self.queues)} queues")
        others = (process for process in self.processes if process.service != "queue")
        return (*others, *self.queues[:count])

    @property
    def fewest_queues(self) -> int:
        """One in each zone, for a zone is whole by itself."""
        return len(self.zones)

    def place_of(self, name: str) -> str:
        """Raises KeyError for what is not in it."""
        return self.possible_places()[name]

    def places(self) -> dict[str, str]:
        """Each name of a process or a server, and the place in which it stands; the balancer stands in none."""
        parts: tuple[Process | Server, ...] = (*self.servers, *self.processes)
        return {part.name: part.place for part in parts}

    def possible_places(self) -> dict[str, str]:
        """Also of the queues that `make scale` may add."""
        return self.places() | {queue.name: queue.place for queue in self.queues}

    def names_in(self, place: str) -> tuple[str, ...]:
        return tuple(name for name, where in self.places().items() if where == place)

    def members(self, kind: str) -> tuple[str, ...]:
        """The servers of one kind: `kafka` gives `kafka-1`, `kafka-2`, `kafka-3`."""
        return tuple(server.name for server in self.servers if server.name.rstrip("-0123456789") == kind)

    def port_offsets(self) -> dict[str, int]:
        servers = {port: offset for server in self.servers for port, offset in server.ports.items()}
        ours = (*self.processes, *self.queues)
        return servers | {process.name: process.port_offset for process in ours}


SMALL = Topology(
    "small",
    zones=("a",),
    processes=PROCESSES,
    queues=QUEUES,
    servers=(
        Server("mysql", "a", {"mysql": 1}),
        Server("redis", "a", {"redis": 2}),
        Server("kafka", "a", {"kafka": 3, "kafka-controller": 4}),
        Server("mongodb", "a", {"mongodb": 5}),
        Server("postgresql", "a", {"postgresql": 6}),
        Server("photos", "a", {"photos": 8}),
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
    queues=ZONED_QUEUES,
    servers=(
        *(server for number, place in enumerate(PLACES, start=1) for server in _member(number, place)),
        # One only, and chat goes on without it; as three members of MongoDB it stands in docker-compose.ha.yml.
        Server("mongodb", "c", {"mongodb": 5}),
        Server("postgresql", "c", {"postgresql": 6}),
        # One only: without it photos are neither uploaded nor shown, and all else goes on.
        Server("photos", "c", {"photos": 8}),
        *(Server(f"nginx-{zone}", zone, {f"nginx-{zone}": PLACES[zone] + 10}) for zone in ZONES),
        # Its page is where SALON_PORT says.
        Server(BALANCER, NOWHERE, {"balancer-status": 7}),
    ),
)

TOPOLOGIES = {topology.name: topology for topology in (SMALL, HA)}
