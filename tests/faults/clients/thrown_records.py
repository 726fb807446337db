"""Records of every kind, thrown at every topic, and what must have become of each."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, Message, Producer

from deploy.local.places import SERVICES
from salon_contracts.events import topics
from salon_contracts.events.catalogue import ALL_EVENTS, type_name
from salon_contracts.events.envelope import Event
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event
from salon_kit.testing.any_record import Thrown, drawn_records
from salon_kit.testing.edges import records_at_the_edges

EXAMPLES = SERVICES / "contracts" / "examples"
TARGETS = tuple(topic for topic in topics.ALL if topic is not topics.CHAT_MESSAGES_DLQ)
A_ROUND = 15


class Landed(NamedTuple):
    """A record that the broker acknowledged: topic, partition, offset, and what it holds."""

    topic: str
    partition: int
    offset: int
    record: Thrown

    @property
    def spot(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset


class Thrower:
    """Throws at the system's own topics. `landed` is all that the brokers took."""

    def __init__(self, brokers: str) -> None:
        self._producer = Producer(
            {"bootstrap.servers": brokers, "acks": "all", "enable.idempotence": True, "message.max.bytes": 5_000_000}
        )
        self.landed: list[Landed] = []
        self.refused: Counter[str] = Counter()

    def throw_edges(self) -> None:
        """Each field of each event at each of its edges, once, in the partition of its key."""
        for event in ALL_EVENTS:
            sample = sample_of(event)
            for value in records_at_the_edges(event.model_json_schema(), sample):
                self._throw(event.topic, Thrown(value, str(sample[event.key_field]).encode()))
        self._producer.flush(30)

    def throw_round(self, seed: int) -> None:
        """Some of every kind at every topic; half of them under the key that they should have."""
        dice = random.Random(seed)
        for topic in TARGETS:
            events = [event for event in ALL_EVENTS if event.topic == topic.name]
            samples = [(event.model_json_schema(), sample_of(event)) for event in events]
            own_key = str(samples[0][1][events[0].key_field]).encode()
            for one in drawn_records(samples, count=A_ROUND, seed=seed):
                self._throw(topic.name, one._replace(key=own_key) if dice.random() < 0.5 else one)
        self._producer.flush(30)

    def _throw(self, topic: str, record: Thrown) -> None:
        key = record.key
        if key is None and topic == topics.COUPON_EVENTS.name:
            key = b"none"  # the broker takes no record without a key on a compacted topic
        record = record._replace(key=key)

        def note(error: KafkaError | None, message: Message) -> None:
            if error is None:
                self.landed.append(Landed(topic, message.partition() or 0, message.offset() or 0, record))
            else:
                self.refused[error.name()] += 1

        headers: Any = list(record.headers)
        self._producer.produce(topic, record.value, key, headers=headers, on_delivery=note)
        self._producer.poll(0)


def sample_of(event: type[Event]) -> dict[str, Any]:
    """The frozen example: ids of nobody."""
    return dict(json.loads(Path(EXAMPLES / f"{type_name(event)}.json").read_text()))


def is_unfit(landed: Landed) -> bool:
    """Can its consumer never apply it? By what the contracts say, not by what the consumer did."""
    known = [event for event in ALL_EVENTS if event.topic == landed.topic]
    try:
        event = read_event(landed.record.value, known=known)
    except UnreadableRecord:
        return True
    except UnknownEventType:
        return False
    is_chat = landed.topic == topics.CHAT_MESSAGES.name
    return is_chat and landed.record.key != event.key.encode()


def forgotten(landed: list[Landed], set_aside: Mapping[str, Set[tuple[str, int, int]]]) -> Iterator[str]:
    """`set_aside`: by topic, where what was set aside had stood. Topics that keep nothing are not in it."""
    for one in landed:
        if one.topic in set_aside and is_unfit(one) and one.spot not in set_aside[one.topic]:
            what = repr(one.record.value)[:80]
            yield f"{one.topic}/{one.partition}@{one.offset} is neither applied nor set aside: {what}"
