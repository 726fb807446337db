"""On the Kafka that the environment names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from salon_contracts.events import topics

SCRIPT = Path(__file__).parents[2] / "deploy" / "kafka" / "create_topics.py"


@pytest.fixture
def brokers() -> str:
    return os.environ["MAIN_KAFKA_BROKERS"]


def _create(brokers: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--brokers", brokers, "--replication-factor", "1"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_topics_are_created_from_the_list_and_a_second_time_changes_nothing(brokers: str) -> None:
    assert _create(brokers).returncode == 0
    again = _create(brokers)

    there = AdminClient({"bootstrap.servers": brokers}).list_topics(timeout=10).topics
    assert (again.returncode, again.stdout) == (0, "")
    assert {topic.name: topic.partitions for topic in topics.ALL} == {
        topic.name: len(there[topic.name].partitions) for topic in topics.ALL
    }


def test_each_topic_keeps_its_records_as_the_list_says(brokers: str) -> None:
    _create(brokers)
    asked = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in topics.ALL]
    admin = AdminClient({"bootstrap.servers": brokers})

    for resource, future in admin.describe_configs(asked).items():
        wanted = next(topic.config for topic in topics.ALL if topic.name == resource.name)
        values = future.result(10)
        assert {key: values[key].value for key in wanted} == wanted


def test_a_broker_that_is_not_there_is_said_plainly() -> None:
    refused = _create("127.0.0.1:1")

    assert refused.returncode == 1
    assert "Kafka at 127.0.0.1:1" in refused.stderr
    assert "Traceback" not in refused.stderr
