"""Creates the topics of `salon_contracts.events.topics.ALL` that do not exist yet, and sets their configuration.

    python deploy/kafka/create_topics.py --brokers 127.0.0.1:18003 --replication-factor 1
    python deploy/kafka/create_topics.py --brokers sasl_plaintext://salon@kafka-1:9092 --password-file kafka_password

May be run any number of times. It never deletes a topic or removes a partition; it refuses when a topic has another
number of partitions than the list says, because keys would then change their partition and lose their order, or fewer
copies than are asked for. A `min.insync.replicas` that somebody has changed is set right, and said.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    ResourceType,
)

from salon_contracts.events import topics
from salon_kit.addresses import with_password
from salon_kit.kafka.address import connection
from salon_kit.settings.origins import text_of
from salon_kit.settings.refusal import SettingsRefused

# Of a request too: making topics takes time on a busy machine, and clients otherwise leave a broker after 5 s.
TIMEOUT_SECONDS = 30.0
REACH_SECONDS = 5.0
PAUSE_SECONDS = 0.2
# Acknowledged means: on two brokers. With one broker only, one copy is all there is.
SAFE_MIN_ISR = 2
MIN_ISR = "min.insync.replicas"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--replication-factor", type=int, default=3)
    arguments = parser.parse_args()

    try:
        brokers = (
            with_password(arguments.brokers, text_of(arguments.password_file)) if arguments.password_file else None
        )
        admin = AdminClient(connection(brokers or arguments.brokers))
    except (ValueError, SettingsRefused) as error:
        parser.error(str(error))
    try:
        wrong = mismatches(admin, topics.ALL, arguments.replication_factor)
        if wrong:
            print("\n".join(wrong), file=sys.stderr)
            return 1
        create_missing(admin, topics.ALL, arguments.replication_factor)
        once_known(lambda: set_configuration(admin, topics.ALL, arguments.replication_factor))
    except KafkaException as error:
        print(f"Kafka at {arguments.brokers}: {error}", file=sys.stderr)
        return 1
    return 0


def mismatches(admin: AdminClient, wanted: Sequence[topics.Topic], replication_factor: int) -> list[str]:
    """What this program does not change: more partitions or more copies move records, which is somebody's decision."""
    there = admin.list_topics(timeout=REACH_SECONDS).topics
    rows = []
    for topic in wanted:
        if topic.name not in there:
            continue
        partitions = there[topic.name].partitions
        copies = min(len(partition.replicas) for partition in partitions.values())
        if len(partitions) != topic.partitions:
            rows.append(f"{topic.name} has {len(partitions)} partitions, topics.py says {topic.partitions}")
        if copies < replication_factor:
            rows.append(
                f"{topic.name} has {copies} of {replication_factor} copies: kafka-reassign-partitions adds them"
            )
    return rows


def create_missing(admin: AdminClient, wanted: Sequence[topics.Topic], replication_factor: int) -> None:
    asked = [
        NewTopic(topic.name, num_partitions=topic.partitions, replication_factor=replication_factor) for topic in wanted
    ]
    for name, future in admin.create_topics(
        asked, operation_timeout=TIMEOUT_SECONDS, request_timeout=TIMEOUT_SECONDS
    ).items():
        try:
            future.result(TIMEOUT_SECONDS)
            print(f"created {name}")
        except KafkaException as error:
            reason = error.args[0]
            if not isinstance(reason, KafkaError) or reason.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise


def once_known(act: Callable[[], None], *, within_seconds: float = TIMEOUT_SECONDS) -> None:
    """Of three brokers one may not have heard yet of the topic that another has just made: ask again."""
    until = time.monotonic() + within_seconds
    while True:
        try:
            return act()
        except KafkaException as error:
            reason = error.args[0]
            is_new = isinstance(reason, KafkaError) and reason.code() == KafkaError.UNKNOWN_TOPIC_OR_PART
            if not is_new or time.monotonic() > until:
                raise
        time.sleep(PAUSE_SECONDS)


def set_configuration(admin: AdminClient, wanted: Sequence[topics.Topic], replication_factor: int) -> None:
    _say_what_was_unsafe(admin, wanted, replication_factor)
    resources = [
        ConfigResource(
            ResourceType.TOPIC,
            topic.name,
            incremental_configs=[
                ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
                for key, value in configuration(topic, replication_factor).items()
            ],
        )
        for topic in wanted
    ]
    for future in admin.incremental_alter_configs(resources, request_timeout=TIMEOUT_SECONDS).values():
        future.result(TIMEOUT_SECONDS)


def _say_what_was_unsafe(admin: AdminClient, wanted: Sequence[topics.Topic], replication_factor: int) -> None:
    safe = int(configuration(wanted[0], replication_factor)[MIN_ISR])
    asked = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in wanted]
    for resource, future in admin.describe_configs(asked, request_timeout=TIMEOUT_SECONDS).items():
        found = future.result(TIMEOUT_SECONDS)[MIN_ISR]
        if int(found.value) != safe and ConfigSource(found.source) is ConfigSource.DYNAMIC_TOPIC_CONFIG:
            print(f"{resource.name} had {MIN_ISR}={found.value}, is set to {safe}", file=sys.stderr)


def configuration(topic: topics.Topic, replication_factor: int) -> dict[str, str]:
    return {MIN_ISR: str(min(SAFE_MIN_ISR, replication_factor)), **topic.config}


if __name__ == "__main__":
    sys.exit(main())
