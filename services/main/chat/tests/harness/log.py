"""Write to the real log past the socket, for what the rate limit would make slow and what no socket would write."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from confluent_kafka import KafkaError, Message, Producer

from chat.models import Room
from chat.socket.sending import PRODUCER_SETTINGS
from config.env import env
from salon_contracts.events.chat import ChatMessageSentV1
from salon_contracts.events.topics import CHAT_MESSAGES
from salon_contracts.stores.chat_history import partition_of
from salon_kit.kafka.producer import KafkaProducer, NewRecord

FILLER = b'{"type": "chat.test-filler.v9"}'


def write_into(room: Room, texts: Sequence[str]) -> None:
    """Messages of the customer, as a main writes them."""
    _write(
        [
            (
                str(room.pk).encode(),
                ChatMessageSentV1(
                    trace_id=uuid4().hex,
                    room_id=room.pk,
                    sender_id=room.customer_id,
                    client_message_id=uuid4(),
                    text=text,
                ).to_bytes(),
            )
            for text in texts
        ],
        partition=partition_of(str(room.pk)),
    )


def write_beside(room: Room, *, count: int) -> None:
    """Records of a type from the future, in the room's partition but not of the room."""
    _write([(b"elsewhere", FILLER)] * count, partition=partition_of(str(room.pk)))


def write_garbage(room: Room) -> None:
    """What no reader can read, under the room's key."""
    key, partition = str(room.pk).encode(), partition_of(str(room.pk))
    _write([(key, b"\x00 garbage"), (key, b"{}"), (key, b'{"type": "chat.message-sent.v1"}')], partition=partition)


def places_by_key(keys: Sequence[str]) -> dict[str, int]:
    """Which partition the producer of the sockets chooses for each key."""
    places: dict[str, int] = {}
    producer = KafkaProducer(brokers=env.kafka_brokers, name="test", overrides=PRODUCER_SETTINGS)
    producer.start()
    for key in keys:

        def note(error: KafkaError | None, record: Message, key: str = key) -> None:
            assert error is None
            places[key] = record.partition() or 0

        producer.produce(NewRecord(CHAT_MESSAGES.name, FILLER, key.encode()), note)
    producer.close()
    return places


def _write(records: Sequence[tuple[bytes, bytes]], *, partition: int) -> None:
    producer = Producer({"bootstrap.servers": env.kafka_brokers, "acks": "all"})
    for key, value in records:
        producer.produce(CHAT_MESSAGES.name, key=key, value=value, partition=partition)
    assert producer.flush(10) == 0
