"""Three real brokers, as `TOPOLOGY=ha make run` starts them, of which tests kill one and start it again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from confluent_kafka.admin import AdminClient, NewTopic

from deploy.local.console import Console
from deploy.local.engines import servers
from deploy.local.run import pids
from deploy.local.run.starting import start_all
from deploy.local.run.supervision import Supervision
from deploy.local.settings import environment
from deploy.local.settings.profiles import Profile
from salon_kit.kafka.producer import KafkaProducer, NewRecord
from tests.deploy.small_programs import eventually

NODES = (1, 2, 3)
KNOWN_WITHIN_SECONDS = 2.0


class KafkaGroup:
    def __init__(self, profile: Profile, supervision: Supervision) -> None:
        self._profile, self._supervision = profile, supervision
        self.brokers = environment.addresses(profile, "kafka")
        self._admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        self._producer = KafkaProducer(brokers=self.brokers, name="test", delivery_seconds=15)

    def topic(self) -> str:
        """A new one of one partition, with a copy on each broker."""
        name = f"test-{uuid4().hex}"
        made = NewTopic(name, num_partitions=1, replication_factor=3, config={"min.insync.replicas": "2"})
        self._admin.create_topics([made])[name].result(30)
        assert eventually(lambda: self.leader_of(name) in NODES)
        return name

    def leader_of(self, topic: str) -> int:
        """-1 where nobody names one: the broker that is asked may hear of a topic later than the others."""
        until = time.monotonic() + KNOWN_WITHIN_SECONDS
        while True:
            partitions = self._admin.list_topics(topic, timeout=5).topics[topic].partitions
            leader = int(partitions[0].leader) if partitions else -1
            if leader in NODES or time.monotonic() > until:
                return leader
            time.sleep(0.05)

    def coordinator_of(self, group: str) -> int:
        asked: dict[str, Any] = dict(self._admin.describe_consumer_groups([group], request_timeout=10))
        return int(asked[group].result(10).coordinator.id)

    def write(self, topic: str, *values: bytes) -> None:
        records = [NewRecord(topic, value, b"key", partition=0) for value in values]
        assert self._producer.deliver(records, within_seconds=16) == [None] * len(values)

    @contextmanager
    def killed(self, node: int) -> Iterator[None]:
        name = f"kafka-{node}"
        pid = pids.running(self._profile, name)
        assert pid is not None
        os.killpg(pid, signal.SIGKILL)
        try:
            yield
        finally:
            assert eventually(lambda: name in self._supervision.dead())
            self._supervision.start(name)
            assert eventually(self._is_whole)

    @contextmanager
    def frozen(self, node: int) -> Iterator[None]:
        pid = pids.running(self._profile, f"kafka-{node}")
        assert pid is not None
        os.killpg(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(pid, signal.SIGCONT)
            assert eventually(self._is_whole)

    def _is_whole(self) -> bool:
        topics = self._admin.list_topics(timeout=5).topics
        return all(len(one.isrs) == len(NODES) for topic in topics.values() for one in topic.partitions.values())


@contextmanager
def started(profile: Profile) -> Iterator[KafkaGroup]:
    programs = servers.kafka_group(profile)
    with Supervision(profile, programs, {}) as supervision, Console() as console:
        start_all(supervision, programs, console)
        yield KafkaGroup(profile, supervision)
