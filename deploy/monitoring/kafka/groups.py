"""How far each consumer group is behind, from what it has committed, whether it runs or not."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from deploy.monitoring.kafka.topics import REQUEST_SECONDS, ends_of

# One record of each partition that is behind is read for its time.
READ_SECONDS = 3.0


@dataclass
class GroupLag:
    records: int = 0
    seconds: float = 0.0


def group_lags(settings: Mapping[str, Any]) -> dict[tuple[str, str], GroupLag]:
    """By group and topic. Raises KafkaException."""
    admin = AdminClient(dict(settings))
    listing = admin.list_consumer_groups(request_timeout=REQUEST_SECONDS).result()
    committed = {found.group_id: _committed(admin, found.group_id) for found in listing.valid}
    places = {(one.topic, one.partition) for offsets in committed.values() for one in offsets}
    ends = ends_of(admin, [TopicPartition(*place) for place in sorted(places)])
    behind = {
        (one.topic, one.partition, one.offset)
        for offsets in committed.values()
        for one in offsets
        if one.offset < ends.get((one.topic, one.partition), 0)
    }
    written = _written_at(settings, behind)
    lags: dict[tuple[str, str], GroupLag] = {}
    now = time.time()
    for group, offsets in committed.items():
        for one in offsets:
            lag = lags.setdefault((group, one.topic), GroupLag())
            lag.records += max(0, ends.get((one.topic, one.partition), one.offset) - one.offset)
            since = written.get((one.topic, one.partition, one.offset))
            lag.seconds = max(lag.seconds, now - since if since is not None else 0.0)
    return lags


def _committed(admin: AdminClient, group: str) -> list[TopicPartition]:
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)], request_timeout=REQUEST_SECONDS)
    return [one for one in asked[group].result().topic_partitions or [] if one.offset >= 0]


def _written_at(
    settings: Mapping[str, Any], places: Iterable[tuple[str, int, int]]
) -> dict[tuple[str, int, int], float]:
    """When the record at each of these places was written, by the clock of who wrote it; as far as can be read."""
    wanted = {(topic, partition): offset for topic, partition, offset in places}
    # Two groups that are at different places of one partition are rare: the one that is further behind decides.
    for topic, partition, offset in places:
        wanted[topic, partition] = min(offset, wanted[topic, partition])
    if not wanted:
        return {}
    consumer = Consumer(
        {**settings, "group.id": "kafka-watch", "enable.auto.commit": False, "auto.offset.reset": "earliest"}
    )
    found: dict[tuple[str, int, int], float] = {}
    try:
        consumer.assign([TopicPartition(*place, offset) for place, offset in wanted.items()])
        until = time.monotonic() + READ_SECONDS
        while wanted and (left := until - time.monotonic()) > 0:
            message = consumer.poll(left)
            if message is None or message.error() is not None:
                continue
            place = (message.topic() or "", message.partition() or 0)
            kind, milliseconds = message.timestamp()
            if place in wanted and kind != TIMESTAMP_NOT_AVAILABLE:
                offset = wanted.pop(place)
                found[(*place, offset)] = milliseconds / 1000
                consumer.incremental_unassign([TopicPartition(*place)])
    except KafkaException:
        return found
    finally:
        consumer.close()
    return found
