"""A worker's loop, stepped by the test on its own thread and connection until it has read a topic to its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import uuid4

from config.env import env
from messaging.consuming import consumer_loop
from messaging.subscription import EventT, Subscription
from messaging.tests.kafka import committed
from salon_contracts.events.envelope import Event
from salon_contracts.events.topics import Topic
from salon_kit.kafka.consumer_loop import ConsumerLoop
from salon_kit.testing.any_record import FOREIGN_HEADERS, FOREIGN_KEYS, FOREIGN_VALUES, Thrown
from salon_kit.testing.edges import records_at_the_edges
from salon_kit.testing.kafka_writer import write_records


def sample_of(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of its class, and the event as the record that is right."""
    return type(event).model_json_schema(), json.loads(event.to_bytes())


def everything_at_the_edges(*events: Event) -> list[Thrown]:
    """Each field of each event at each edge; foreign values, keys and headers."""
    values = [raw for event in events for raw in records_at_the_edges(*sample_of(event))]
    good = events[0].to_bytes()
    return [
        *(Thrown(value) for value in (*values, *FOREIGN_VALUES)),
        *(Thrown(good, key) for key in FOREIGN_KEYS),
        *(Thrown(good, None, headers) for headers in FOREIGN_HEADERS),
    ]


def throw(topic: Topic, records: Iterable[Thrown]) -> None:
    """Returns when the broker has them, in this order, on partition 0."""
    write_records(env.kafka_brokers, topic.name, records, **{"linger.ms": 5})


def subscription_to(topic: Topic, known: tuple[type[EventT], ...], *, batch_size: int = 200) -> Subscription[EventT]:
    return Subscription(f"test-{uuid4().hex}", (topic,), known, "earliest", batch_size)


class Reader:
    """Its group, from joining to leaving, within one `with`."""

    def __init__(self, subscription: Subscription[EventT], *, handle: Callable[[Sequence[EventT]], object]) -> None:
        self.group = subscription.group
        self._topic = subscription.topics[0]
        self.loop: ConsumerLoop = consumer_loop(
            subscription, brokers=env.kafka_brokers, handle=lambda events: (handle(events), None)[1]
        )

    def __enter__(self) -> Reader:
        self.loop._source.start(on_revoked=self.loop.give_up)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop._source.close()

    def read_up_to(self, offset: int, *, seconds: float = 60) -> None:
        """Raises whatever would end the process."""
        deadline = time.monotonic() + seconds
        while committed(self._topic, group=self.group) != {0: offset}:
            assert time.monotonic() < deadline, committed(self._topic, group=self.group)
            self.loop.step()
