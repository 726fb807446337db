"""librdkafka's settings for the three ways in which we use it. docs/decisions says why the group is a classic one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from salon_kit.kafka.address import connection, nearby

Options = dict[str, str | int | bool]
WhenLost = Literal["earliest", "latest"]

MAX_POLL_INTERVAL_SECONDS = 120
# What a client holds fetched and not taken: memory stays bounded, however large the records are.
FETCHED_KBYTES = 16_384

_READING: Mapping[str, str | int | bool] = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "isolation.level": "read_committed",
    "allow.auto.create.topics": False,
    # Answer a fetch as soon as there is anything; batches form while an effect runs.
    "fetch.min.bytes": 1,
    "fetch.wait.max.ms": 100,
    "fetch.error.backoff.ms": 100,
    "queued.max.messages.kbytes": FETCHED_KBYTES,
    "reconnect.backoff.max.ms": 1_000,
}


def of_group_member(*, brokers: str, group: str, when_offsets_are_lost: WhenLost) -> Options:
    """A member that is killed is given up after six seconds, wherever the broker is."""
    return {
        **_READING,
        **connection(brokers),
        **nearby(brokers),
        "client.id": group,
        "group.id": group,
        "group.protocol": "classic",
        "partition.assignment.strategy": "cooperative-sticky",
        "session.timeout.ms": 6_000,
        "heartbeat.interval.ms": 1_500,
        "max.poll.interval.ms": MAX_POLL_INTERVAL_SECONDS * 1000,
        "auto.offset.reset": when_offsets_are_lost,
    }


def of_reader(*, brokers: str, name: str, when_offsets_are_lost: Literal["earliest", "error"]) -> Options:
    """Reads the partitions that it is told. The ends of partitions are told too: they may be no records."""
    return {
        **_READING,
        **connection(brokers),
        **nearby(brokers),
        "client.id": name,
        "group.id": name,  # demanded by the client; nothing is ever committed to it
        "auto.offset.reset": when_offsets_are_lost,
        "enable.partition.eof": True,
    }


def of_producer(*, brokers: str, name: str, delivery_timeout_ms: int) -> Options:
    """What is reported as delivered is on disk at a majority, once, and in order."""
    return {
        **connection(brokers),
        "client.id": name,
        "acks": "all",
        "enable.idempotence": True,
        "linger.ms": 0,
        "delivery.timeout.ms": delivery_timeout_ms,
        "reconnect.backoff.max.ms": 1_000,
        "allow.auto.create.topics": False,
    }
