"""The chat-worker process: `python -m chat_worker`."""

from __future__ import annotations

import signal
import sys

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from pymongo.errors import PyMongoError

from chat_worker.dead_letters import KafkaDeadLetters
from chat_worker.effect import StoreMessages
from chat_worker.message_store import EpochRefused, MessageStore
from chat_worker.metrics import WorkerMetrics
from chat_worker.settings import Settings
from salon_contracts.events import topics
from salon_contracts.stores.chat_history import WORKER_GROUP
from salon_kit.health import HealthServer
from salon_kit.kafka.address import connection
from salon_kit.kafka.consumer_loop import ConsumerLoop, SetAside
from salon_kit.kafka.source import KafkaSource, Source
from salon_kit.logs import configure_logs, get_logger
from salon_kit.settings.base import load
from salon_kit.spans.settings import start_spans

log = get_logger(__name__)

BATCH_LIMIT = 1_000


def main() -> int:
    settings = load(Settings)
    configure_logs(service="chat-worker", log_format=settings.log_format)
    start_spans("chat-worker", settings)

    source = source_of(topics.CHAT_MESSAGES.name, settings=settings, group=WORKER_GROUP)
    dead_letters = KafkaDeadLetters(brokers=settings.kafka_brokers, topic=topics.CHAT_MESSAGES_DLQ.name)
    return run(settings, topic=topics.CHAT_MESSAGES.name, source=source, dead_letters=dead_letters)


def source_of(topic: str, *, settings: Settings, group: str) -> KafkaSource:
    """A new group, or one whose place has been deleted, must read all there is."""
    return KafkaSource(topics=[topic], brokers=settings.kafka_brokers, group=group, when_offsets_are_lost="earliest")


def run(settings: Settings, *, topic: str, source: Source, dead_letters: SetAside) -> int:
    """Work until SIGTERM or SIGINT. Returns the exit code: 1 if the start was refused."""
    store = MessageStore.connect(str(settings.mongodb_url))
    try:
        store.hold_epoch(epoch=settings.chat_epoch, topic_id=topic_id_of(topic, brokers=settings.kafka_brokers))
        store.prepare()
    except (EpochRefused, PyMongoError, KafkaException) as error:
        log.error("start_refused", error=str(error))
        source.close()  # else its threads keep the process from ending for a long time
        return 1

    metrics = WorkerMetrics()
    loop = ConsumerLoop(
        source=source,
        effect=StoreMessages(store=store, metrics=metrics, epoch=settings.chat_epoch),
        set_aside=dead_letters,
        watch=metrics,
        batch_limit=BATCH_LIMIT,
    )
    metrics.watch_rounds(lambda: loop.age_seconds)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, loop.stop)
    health = HealthServer(
        host=str(settings.metrics_host),
        port=settings.metrics_port,
        is_alive=lambda: loop.is_alive,
        is_ready=lambda: loop.is_ready,
        registry=metrics.registry,
    )
    health.start()
    log.info("worker_started", epoch=settings.chat_epoch, topic=topic)
    try:
        loop.run()
    finally:
        health.stop()
    return 0


def topic_id_of(topic: str, *, brokers: str) -> str:
    """Kafka's own id of the topic: it changes when the topic is deleted and made again. Raises KafkaException."""
    admin = AdminClient(connection(brokers))
    described = admin.describe_topics(TopicCollection([topic]), request_timeout=10)
    return str(described[topic].result().topic_id)


if __name__ == "__main__":
    sys.exit(main())
