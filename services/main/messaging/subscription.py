"""What a worker reads from Kafka, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from salon_contracts.events.envelope import Event
from salon_contracts.events.topics import Topic

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
