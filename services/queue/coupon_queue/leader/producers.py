"""How this service writes to Kafka: in rounds, each from a thread that waits for it."""

from __future__ import annotations

from coupon_queue.settings import Settings
from salon_kit.kafka.producer import KafkaProducer

# A round goes out whole, at its flush, so that main finds it whole.
IN_ROUNDS = {"linger.ms": 50}


def new_producer(settings: Settings, *, name: str) -> KafkaProducer:
    return KafkaProducer(
        brokers=settings.kafka_brokers,
        name=name,
        delivery_seconds=settings.kafka_delivery_seconds,
        overrides=IN_ROUNDS,
    )
