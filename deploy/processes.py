"""Every process of ours, once: `make run` starts what stands here, and Compose is held to it (tests/deploy).

Standard library only: the installer reads it on the system's Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


def _main(number: int) -> Process:
    serve = ("manage.py", "serve", "--host", "{host}", "--port", "{port}")
    return Process(f"main-{number}", "main", serve, Scaling.BY_INSTANCE, 100 + number)


def _worker(command: str, scaling: Scaling, port_offset: int) -> Process:
    words = ("manage.py", command, "--metrics-port", "{port}")
    return Process(command.replace("_", "-"), "main", words, scaling, port_offset)


def _queue(number: int) -> Process:
    name = f"queue-{number}"
    own = {"QUEUE_HOST": "{host}", "QUEUE_PORT": "{port}", "QUEUE_INSTANCE": name}
    return Process(name, "queue", ("-m", "coupon_queue"), Scaling.BY_INSTANCE, 200 + number, own)


PROCESSES = (
    _main(1),
    _main(2),
    _worker("relay_outbox", Scaling.BY_STANDBY, 111),
    _worker("issue_coupons", Scaling.BY_PARTITION, 112),
    _worker("deliver_notifications", Scaling.BY_PARTITION, 113),
    _queue(1),
    _queue(2),
    Process(
        "chat-worker",
        "chat-worker",
        ("-m", "chat_worker"),
        Scaling.BY_PARTITION,
        301,
        {"CHAT_WORKER_METRICS_PORT": "{port}"},
    ),
)

JOBS = (
    Job("migrate", "migrations", "main", ("manage.py", "migrate", "--no-input")),
    Job("seed", "seed data", "main", ("manage.py", "seed")),
)


def names_of(service: str, first_word: str) -> tuple[str, ...]:
    """The processes of one service that begin with this word of the command, such as `serve`."""
    return tuple(process.name for process in PROCESSES if process.service == service and first_word in process.command)
