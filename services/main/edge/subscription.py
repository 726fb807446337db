"""What a worker reads from Kafka, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from salon_contracts.envelope import Event
from salon_contracts.topics import Topic

MAX_POLL_INTERVAL_SECONDS = 120

EventT = TypeVar("EventT", bound=Event)


@dataclass(frozen=True)
class Subscription(Generic[EventT]):
    """What a worker reads, and in whose name.

    `when_offsets_are_lost` is where to begin when the group has no committed offset, on its first start or
    after a long absence: "earliest" reads everything again, which is right for an idempotent effect.
    """

    group: str
    topics: tuple[Topic, ...]
    known: tuple[type[EventT], ...]
    when_offsets_are_lost: Literal["earliest", "latest"]
    batch_size: int

    def consumer_options(self, *, brokers: str) -> dict[str, str | int | bool]:
        """For librdkafka."""
        return {
            "bootstrap.servers": brokers,
            "client.id": self.group,
            "group.id": self.group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": self.when_offsets_are_lost,
            "isolation.level": "read_committed",
            # The classic protocol on purpose: with it the client decides how soon a member that was killed is
            # given up. Under KIP-848 the broker decides, and its default of 45 s is a long silence in a drop.
            "group.protocol": "classic",
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": 6_000,
            "heartbeat.interval.ms": 1_500,
            "max.poll.interval.ms": MAX_POLL_INTERVAL_SECONDS * 1000,
            # Answer a fetch as soon as there is anything; batches form while an effect runs.
            "fetch.min.bytes": 1,
            "fetch.error.backoff.ms": 100,
            "reconnect.backoff.max.ms": 1_000,
        }
