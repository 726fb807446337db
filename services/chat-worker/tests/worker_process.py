"""The real worker on a test's own topics, as a process that can be killed.

DIE_BEFORE_COMMIT=n: kill -9 at the n-th commit, after the write and before the commit. The worker knows nothing of it.
It leaves the group first, only so that the next one need not wait until the broker misses this one.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping

from chat_worker.__main__ import run
from chat_worker.dead_letters import KafkaDeadLetters
from chat_worker.settings import Settings
from chat_worker.source import KafkaSource
from salon_contracts.logs import configure_logs


class FatalSource(KafkaSource):
    """Dies with stored records in hand."""

    commits_left = int(os.environ.get("DIE_BEFORE_COMMIT", "0"))
    dying = False

    def commit(self, next_offsets: Mapping[int, int]) -> None:
        if self.dying:
            return
        self.commits_left -= 1
        if self.commits_left == 0:
            self.dying = True
            self.close()
            os.kill(os.getpid(), signal.SIGKILL)
        super().commit(next_offsets)


if __name__ == "__main__":
    settings = Settings()
    configure_logs(service="chat-worker", log_format=settings.log_format)
    topic, group = os.environ["TEST_TOPIC"], os.environ["TEST_GROUP"]
    source = FatalSource(brokers=settings.kafka_brokers, topic=topic, group=group)
    dead_letters = KafkaDeadLetters(brokers=settings.kafka_brokers, topic=f"{topic}-dlq")
    sys.exit(run(settings, topic=topic, source=source, dead_letters=dead_letters))
