"""Every process of ours, once: `make run` starts what stands here, and Compose is held to it (tests/deploy).

`PROCESSES` are those of the small topology, `ZONED` those of two zones; `topology.py` has what is not ours, and where.
Standard library only: the installer reads it on the system's Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum


class Scaling(Enum):
    """How one more of it helps."""

    BY_INSTANCE = "any number beside each other; each takes a share of the requests"
    BY_PARTITION = "one consumer group; up to one for each partition works"
    BY_STANDBY = "one works, any other waits for its lock"


@dataclass(frozen=True)
class Process:
    """One process. `{host}` and `{port}` stand for where it listens, which differs from machine to machine."""

    name: str
    # The folder under services/, in which it is started.
    service: str
    # What follows the Python interpreter.
    command: tuple[str, ...]
    scaling: Scaling
    # Where it answers /healthz, /readyz and /metrics: this much above the first port of a profile.
    port_offset: int
    environment: Mapping[str, str] = field(default_factory=dict)
    # The zone in which it stands; the small topology is all in one.
    place: str = "a"

    def arguments(self, *, host: str, port: int) -> list[str]:
        return [word.format(host=host, port=port) for word in self.command]

    def own_environment(self, *, host: str, port: int) -> dict[str, str]:
        return {name: value.format(host=host, port=port) for name, value in self.environment.items()}


@dataclass(frozen=True)
class Job:
    """What has to have succeeded before any process starts. It may run again and again."""

    name: str
    title: str
    service: str
    command: tuple[str, ...]


def _main(name: str, port_offset: int, place: str = "a") -> Process:
    serve = ("manage.py", "serve", "--host", "{host}", "--port", "{port}")
    return Process(name, "main", serve, Scaling.BY_INSTANCE, port_offset, place=place)


def _worker(name: str, command: str, scaling: Scaling, port_offset: int, place: str = "a") -> Process:
    words = ("manage.py", command, "--metrics-port", "{port}")
    return Process(name, "main", words, scaling, port_offset, place=place)


def _queue(name: str, port_offset: int, place: str = "a") -> Process:
    own = {"QUEUE_HOST": "{host}", "QUEUE_PORT": "{port}", "QUEUE_INSTANCE": name}
    return Process(name, "queue", ("-m", "coupon_queue"), Scaling.BY_INSTANCE, port_offset, own, place)


def _chat_worker(name: str, port_offset: int, place: str = "a") -> Process:
    own = {"CHAT_WORKER_METRICS_PORT": "{port}"}
    return Process(name, "chat-worker", ("-m", "chat_worker"), Scaling.BY_PARTITION, port_offset, own, place)


PROCESSES = (
    _main("main-1", 101),
    _main("main-2", 102),
    _worker("relay-outbox", "relay_outbox", Scaling.BY_STANDBY, 111),
    _worker("issue-coupons", "issue_coupons", Scaling.BY_PARTITION, 112),
    _worker("deliver-notifications", "deliver_notifications", Scaling.BY_PARTITION, 113),
    _worker("run-due", "run_due", Scaling.BY_STANDBY, 114),
    _queue("queue-1", 201),
    _queue("queue-2", 202),
    _chat_worker("chat-worker", 301),
)

# The ports of a place begin here, above the first one of a profile.
PLACES = {"a": 100, "b": 200, "c": 300}
ZONES = ("a", "b")


def _zone(zone: str) -> tuple[Process, ...]:
    """One of each, whole by itself: what is left after the other zone is lost does everything."""
    ports = PLACES[zone]
    processes = (
        _main(f"main-{zone}", ports + 21, zone),
        _worker(f"relay-outbox-{zone}", "relay_outbox", Scaling.BY_STANDBY, ports + 22, zone),
        _worker(f"issue-coupons-{zone}", "issue_coupons", Scaling.BY_PARTITION, ports + 23, zone),
        _worker(f"deliver-notifications-{zone}", "deliver_notifications", Scaling.BY_PARTITION, ports + 24, zone),
        _worker(f"run-due-{zone}", "run_due", Scaling.BY_STANDBY, ports + 27, zone),
        _queue(f"queue-{zone}", ports + 25, zone),
        _chat_worker(f"chat-worker-{zone}", ports + 26, zone),
    )
    return tuple(_with_rack(process) for process in processes)


def _with_rack(process: Process) -> Process:
    """It reads Kafka's copy there."""
    rack = f"{process.service.upper().replace('-', '_')}_KAFKA_RACK"
    return replace(process, environment={**process.environment, rack: process.place})


ZONED = tuple(process for zone in ZONES for process in _zone(zone))

# It waits for the store of photos and for nothing else.
PHOTO_STORE = "photo-store"
JOBS = (
    Job("migrate", "migrations", "main", ("manage.py", "migrate", "--no-input")),
    Job("seed", "seed data", "main", ("manage.py", "seed")),
    Job(PHOTO_STORE, "the store of photos", "main", ("manage.py", "prepare_photo_store")),
)


# As many queues as there may be (`make scale`): the first ones of these. In two zones they alternate.
QUEUES = (*(p for p in PROCESSES if p.service == "queue"), *(_queue(f"queue-{n}", 200 + n) for n in range(3, 9)))
ZONED_QUEUES = (
    *(p for p in ZONED if p.service == "queue"),
    *(_queue(f"queue-{zone}-{n}", PLACES[zone] + 40 + n, zone) for n in range(2, 5) for zone in ZONES),
)


def named(name: str) -> Process:
    """Any that may run, also one that `make scale` adds. Raises KeyError."""
    return {process.name: process for process in (*PROCESSES, *ZONED, *QUEUES, *ZONED_QUEUES)}[name]


def names_of(service: str, first_word: str, processes: Iterable[Process] = PROCESSES) -> tuple[str, ...]:
    """The processes of one service that have this word in their command, such as `serve`."""
    return tuple(process.name for process in processes if process.service == service and first_word in process.command)
