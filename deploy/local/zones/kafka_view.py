"""Which brokers lead, which are in step, and who controls."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.settings.environment import addresses
from deploy.local.settings.profiles import Profile

SECONDS = 5.0


class Partition(NamedTuple):
    topic: str
    number: int
    leader: int
    replicas: tuple[int, ...]
    in_step: tuple[int, ...]


def roles(profile: Profile) -> Mapping[str, str]:
    names = profile.topology.members("kafka")
    partitions = read_partitions(profile)
    if partitions is None:
        return dict.fromkeys(names, "no broker answers")
    leads = Counter(each.leader for each in partitions)
    in_step = Counter(n for each in partitions for n in each.in_step)
    copies = Counter(node for each in partitions for node in each.replicas)
    controller = controller_of(profile)
    return {
        name: f"leads {leads[node]} of {len(partitions)} partitions, in step with {in_step[node]} of {copies[node]}"
        + (", CONTROLLER" if node == controller else "")
        for node, name in enumerate(names, start=1)
    }


def notes(profile: Profile) -> Iterator[str]:
    partitions = read_partitions(profile) or []
    behind = [each for each in partitions if len(each.in_step) < len(each.replicas)]
    silent = [each for each in partitions if len(each.in_step) < min(2, len(each.replicas))]
    if behind:
        yield f"Kafka: {len(behind)} of {len(partitions)} partitions have a copy that is not in step"
    if silent:
        yield f"Kafka: {len(silent)} partitions take no writes, since one copy alone is in step"


def read_partitions(profile: Profile) -> Sequence[Partition] | None:
    """None when no broker answers."""
    admin = AdminClient({"bootstrap.servers": addresses(profile, "kafka"), "log_level": 0})
    try:
        topics = admin.list_topics(timeout=SECONDS).topics
    except KafkaException:
        return None
    return [
        Partition(name, number, each.leader, tuple(each.replicas), tuple(each.isrs))
        for name, topic in topics.items()
        for number, each in topic.partitions.items()
    ]


def controller_of(profile: Profile) -> int | None:
    """By the newest vote that a member has written down: Kafka's protocol tells clients a broker and no controller."""
    states = []
    for name in profile.topology.members("kafka"):
        path = profile.data(name) / "__cluster_metadata-0" / "quorum-state"
        if path.exists():
            states.append(json.loads(path.read_text(encoding="utf-8")))
    newest = max(states, key=lambda state: int(state["leaderEpoch"]), default=None)
    leader = int(newest["leaderId"]) if newest else -1
    return leader if leader > 0 else None
