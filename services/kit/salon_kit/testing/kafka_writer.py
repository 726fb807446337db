"""Any records onto the real Kafka, for tests of those who read it."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import KafkaError, Message, Producer

from salon_kit.testing.any_record import Thrown


def write_records(
    brokers: str, topic: str, records: Iterable[Thrown], *, partition: int = 0, **overrides: str | int
) -> None:
    """In this order; returns when the broker has them all, else raises RuntimeError. `overrides` are the client's."""
    options = {"bootstrap.servers": brokers, "enable.idempotence": True, "message.max.bytes": 5_000_000}
    producer = Producer({**options, **overrides})
    faults: list[object] = []

    def note(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            faults.append(error)

    for value, key, headers in records:
        producer.produce(
            topic,
            value=value,
            key=key,
            headers=list(headers),  # type: ignore[arg-type]  # a header may have no value
            partition=partition,
            on_delivery=note,
        )
        producer.poll(0)
    if producer.flush(20) or faults:
        raise RuntimeError(f"Kafka did not take records of {topic}: {faults}")
