"""The real worker on a test's own topics, as a process that can be killed.

DIE_BEFORE_COMMIT=1: it commits nothing, and is killed with -9 when everything in the log is written and the commit of
the last of it would come, however many batches that took. The worker knows nothing of it.
It leaves the group first, only so that the next one need not wait until the broker misses this one.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping

from confluent_kafka import TopicPartition

from chat_worker.__main__ import run
from chat_worker.dead_letters import KafkaDeadLetters
from chat_worker.settings import Settings
from salon_kit.kafka.records import Place
from salon_kit.kafka.source import KafkaSource
from salon_kit.logs import configure_logs


class FatalSource(KafkaSource):
    """Dies with stored records in hand."""

    is_fatal = os.environ.get("DIE_BEFORE_COMMIT") == "1"
    is_dying = False

    def commit(self, next_offsets: Mapping[Place, int]) -> None:
        if not self.is_fatal:
            super().commit(next_offsets)
        elif not self.is_dying and self._is_end_of_log(next_offsets):
            self.is_dying = True  # closing gives the partitions up, which comes back here
            self.close()
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_end_of_log(self, next_offsets: Mapping[Place, int]) -> bool:
        ends = {
            place: self._consumer.get_watermark_offsets(TopicPartition(*place), timeout=10)[1] for place in next_offsets
        }
        return bool(ends) and ends == dict(next_offsets)


if __name__ == "__main__":
    settings = Settings()
    configure_logs(service="chat-worker", log_format=settings.log_format)
    topic, group = os.environ["TEST_TOPIC"], os.environ["TEST_GROUP"]
    source = FatalSource(topics=[topic], brokers=settings.kafka_brokers, group=group, when_offsets_are_lost="earliest")
    dead_letters = KafkaDeadLetters(brokers=settings.kafka_brokers, topic=f"{topic}-dlq")
    sys.exit(run(settings, topic=topic, source=source, dead_letters=dead_letters))
