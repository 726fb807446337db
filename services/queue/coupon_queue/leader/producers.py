"""How this service writes to Kafka: what is reported as delivered is on disk at a majority, once."""

from __future__ import annotations

from confluent_kafka import Producer


def new_producer(*, brokers: str, name: str, delivery_seconds: float) -> Producer:
    return Producer(
        {
            "bootstrap.servers": brokers,
            "client.id": name,
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 50,  # a round goes out whole, at its flush, so that main finds it whole
            "message.timeout.ms": int(delivery_seconds * 1000),
            "reconnect.backoff.max.ms": 1000,
            "allow.auto.create.topics": False,
        }
    )
