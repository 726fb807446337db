"""On the Kafka that the environment names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from deploy.kafka.create_topics import once_known
from salon_contracts.events import topics

SCRIPT = Path(__file__).parents[2] / "deploy" / "kafka" / "create_topics.py"


@pytest.fixture
def brokers() -> str:
    return os.environ["MAIN_KAFKA_BROKERS"]


def _create(brokers: str, *, copies: int = 1) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--brokers", brokers, "--replication-factor", str(copies)]
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


def test_a_topic_with_fewer_copies_than_a_group_promises_is_named_and_nothing_is_changed(brokers: str) -> None:
    _create(brokers)

    refused = _create(brokers, copies=3)

    assert refused.returncode == 1
    assert f"{topics.ALL[0].name} has 1 of 3 copies" in refused.stderr


def test_a_topic_that_somebody_made_unsafe_is_set_right_and_named(brokers: str) -> None:
    _create(brokers)
    admin = AdminClient({"bootstrap.servers": brokers})
    name = topics.ALL[0].name
    unsafe = ConfigEntry("min.insync.replicas", "2", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[unsafe])
    admin.incremental_alter_configs([resource])[resource].result(10)

    again = _create(brokers)

    assert again.returncode == 0
    assert f"{name} had min.insync.replicas=2, is set to 1" in again.stderr
    described = ConfigResource(ResourceType.TOPIC, name)
    assert admin.describe_configs([described])[described].result(10)["min.insync.replicas"].value == "1"


def test_a_broker_that_is_not_there_is_said_plainly() -> None:
    refused = _create("127.0.0.1:1")

    assert refused.returncode == 1
    assert "Kafka at 127.0.0.1:1" in refused.stderr
    assert "Traceback" not in refused.stderr


class Asked:
    """Fails so many times, as a broker that has not heard yet of a topic does, and then does it."""

    def __init__(self, *, fails: int, code: int) -> None:
        self.times = 0
        self._fails = fails
        self._code = code

    def __call__(self) -> None:
        self.times += 1
        if self.times <= self._fails:
            raise KafkaException(KafkaError(self._code))


def test_a_broker_that_has_not_heard_of_a_new_topic_yet_is_asked_again() -> None:
    act = Asked(fails=2, code=KafkaError.UNKNOWN_TOPIC_OR_PART)

    once_known(act)

    assert act.times == 3


@pytest.mark.parametrize(
    ("code", "seconds"),
    [(KafkaError.TOPIC_AUTHORIZATION_FAILED, 30.0), (KafkaError.UNKNOWN_TOPIC_OR_PART, 0.0)],
    ids=["another refusal", "for too long"],
)
def test_what_will_not_pass_is_said_at_once(code: int, seconds: float) -> None:
    act = Asked(fails=100, code=code)

    with pytest.raises(KafkaException):
        once_known(act, within_seconds=seconds)

    assert act.times == 1
