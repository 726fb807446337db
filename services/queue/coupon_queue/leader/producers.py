"""How this service writes to Kafka: what is reported as delivered is on disk at a majority, once."""

from __future__ import annotations

from confluent_kafka import Producer

from coupon_queue.settings import Settings
from salon_kit.kafka.address import connection


def new_producer(settings: Settings, *, name: str) -> Producer:
    return Producer(
        {
            **connection(settings.kafka_brokers),
            "client.id": name,
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 50,  # a round goes out whole, at its flush, so that main finds it whole
            "message.timeout.ms": int(settings.kafka_delivery_seconds * 1000),
            "reconnect.backoff.max.ms": 1000,
            "allow.auto.create.topics": False,
        }
    )
