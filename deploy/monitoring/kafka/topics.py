"""The state of each topic: its copies, and how much was written to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, OffsetSpec, ResourceType

from salon_contracts.metrics import monitoring as listed
from salon_contracts.metrics.definition import Metric

REQUEST_SECONDS = 5.0
# Topics of Kafka's own.
INTERNAL = "__"
MIN_ISR = "min.insync.replicas"


@dataclass
class TopicState:
    offline: int = 0
    under_min_isr: int = 0
    under_replicated: int = 0
    written: int = 0

    def by_metric(self) -> dict[Metric, int]:
        return {
            listed.KAFKA_OFFLINE: self.offline,
            listed.KAFKA_UNDER_MIN_ISR: self.under_min_isr,
            listed.KAFKA_UNDER_REPLICATED: self.under_replicated,
            listed.KAFKA_WRITTEN: self.written,
        }


def topic_states(settings: Mapping[str, Any], min_isr: dict[str, int]) -> tuple[int, dict[str, TopicState]]:
    """The number of brokers, and the state of each topic. Raises KafkaException."""
    admin = AdminClient(dict(settings))
    cluster = admin.list_topics(timeout=REQUEST_SECONDS)
    topics = {name: topic for name, topic in cluster.topics.items() if not name.startswith(INTERNAL)}
    missing = [name for name in topics if name not in min_isr]
    min_isr.update(min_isr_of(admin, missing) if missing else {})
    ends = ends_of(
        admin,
        [
            TopicPartition(name, n)
            for name, topic in topics.items()
            for n, p in topic.partitions.items()
            if p.leader >= 0
        ],
    )
    states = {}
    for name, topic in topics.items():
        state = states[name] = TopicState()
        for number, partition in topic.partitions.items():
            state.offline += partition.leader < 0
            state.under_min_isr += len(partition.isrs) < min_isr.get(name, 1)
            state.under_replicated += len(partition.isrs) < len(partition.replicas)
            state.written += ends.get((name, number), 0)
    return len(cluster.brokers), states


def min_isr_of(admin: AdminClient, names: list[str]) -> dict[str, int]:
    """Raises KafkaException."""
    asked = admin.describe_configs(
        [ConfigResource(ResourceType.TOPIC, name) for name in names], request_timeout=REQUEST_SECONDS
    )
    return {resource.name: int(answer.result()[MIN_ISR].value) for resource, answer in asked.items()}


def ends_of(admin: AdminClient, places: list[TopicPartition]) -> dict[tuple[str, int], int]:
    """Where each partition ends, of those that have a leader who answers."""
    asked = admin.list_offsets(
        {place: OffsetSpec.latest() for place in places},
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=REQUEST_SECONDS,
    )
    ends = {}
    for place, answer in asked.items():
        try:
            ends[place.topic, place.partition] = int(answer.result().offset)  # type: ignore[attr-defined]  # the stubs lack it
        except KafkaException:
            continue  # its leader is changing: it is seen again at the next look
    return ends
