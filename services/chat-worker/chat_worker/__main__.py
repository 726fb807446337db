"""The chat-worker process: `python -m chat_worker`."""

from __future__ import annotations

import signal
import sys

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from chat_worker.dead_letters import KafkaDeadLetters
from chat_worker.heartbeat import Heartbeat, serve_health
from chat_worker.loop import Worker
from chat_worker.message_store import EpochRefused, MessageStore
from chat_worker.settings import Settings
from chat_worker.source import KafkaSource
from salon_contracts import topics
from salon_contracts.logs import configure_logs, get_logger

log = get_logger(__name__)


def main() -> int:
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"chat-worker cannot start: {error}", file=sys.stderr)  # noqa: T201 - logs are not set up yet
        return 2
    configure_logs(service="chat-worker", log_format=settings.log_format)

    source = KafkaSource(brokers=settings.kafka_brokers, topic=topics.CHAT_MESSAGES.name)
    dead_letters = KafkaDeadLetters(brokers=settings.kafka_brokers, topic=topics.CHAT_MESSAGES_DLQ.name)
    return run(settings, topic=topics.CHAT_MESSAGES.name, source=source, dead_letters=dead_letters)


def run(settings: Settings, *, topic: str, source: KafkaSource, dead_letters: KafkaDeadLetters) -> int:
    """Work until SIGTERM or SIGINT. Returns the exit code: 1 if the start was refused."""
    store = MessageStore.connect(str(settings.mongodb_url))
    try:
        store.hold_epoch(epoch=settings.chat_epoch, topic_id=topic_id_of(topic, brokers=settings.kafka_brokers))
        store.prepare()
    except (EpochRefused, PyMongoError, KafkaException) as error:
        log.error("start_refused", error=str(error))
        return 1

    heartbeat = Heartbeat()
    worker = Worker(
        source=source, store=store, dead_letters=dead_letters, heartbeat=heartbeat, epoch=settings.chat_epoch
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    health = serve_health(heartbeat, host=str(settings.metrics_host), port=settings.metrics_port)
    log.info("worker_started", epoch=settings.chat_epoch, topic=topic)
    try:
        worker.run()
    finally:
        health.shutdown()
    return 0


def topic_id_of(topic: str, *, brokers: str) -> str:
    """Kafka's own id of the topic: it changes when the topic is deleted and made again. Raises KafkaException."""
    admin = AdminClient({"bootstrap.servers": brokers})
    described = admin.describe_topics(TopicCollection([topic]), request_timeout=10)
    return str(described[topic].result().topic_id)


if __name__ == "__main__":
    sys.exit(main())
