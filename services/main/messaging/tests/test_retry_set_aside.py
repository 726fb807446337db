"""What was set aside goes back to its topic when an operator says so, and what still cannot be read stays."""

from __future__ import annotations

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from django.core.management import call_command

from config.env import env
from messaging.models import SetAsideRecord
from messaging.set_aside import LARGEST_KEPT, SetAsideTable
from salon_contracts.events.chat import ChatMessageSentV1
from salon_contracts.events.envelope import Event
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_contracts.events.topics import CHAT_MESSAGES, CHAT_MESSAGES_DLQ, NOTIFICATIONS, Topic
from salon_kit.kafka.partition_reader import PartitionReader
from salon_kit.kafka.records import Headers, Record, Unfit

pytestmark = pytest.mark.django_db(transaction=True)


class NewIn:
    """What comes to a topic from now on."""

    def __init__(self, topic: Topic) -> None:
        self._reader = PartitionReader(brokers=env.kafka_brokers, name="test", when_offsets_are_lost="error")
        self._topic = topic.name
        self._positions = self._reader.ends_of(self._topic)

    def records(self) -> list[Record]:
        ends, found = self._reader.ends_of(self._topic), list[Record]()
        for partition, position in self._positions.items():
            at = position
            self._reader.read_from(self._topic, {partition: at})
            while at < ends[partition]:
                read = self._reader.read(wait_seconds=5, limit=100)
                found += read.records
                at = read.next_offsets.get(partition, at)
        self._reader.close()
        return found


def produce(topic: Topic, event: Event, *, partition: int, headers: Headers) -> None:
    producer = Producer({"bootstrap.servers": env.kafka_brokers})
    place: dict[str, Any] = {"partition": partition, "headers": list(headers)}
    producer.produce(topic.name, value=event.to_bytes(), key=event.key, **place)
    assert producer.flush(10) == 0


def run(*words: str) -> tuple[int, list[str]]:
    """The exit status, and the lines of what it says."""
    out = StringIO()
    try:
        call_command("retry_set_aside", *words, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def notification(text: str = "7") -> NotificationRequestedV1:
    return NotificationRequestedV1(recipient_id=7, kind="chat.unread", facts={"room_id": text}, trace_id="t" * 8)


def set_aside(value: bytes, *, key: bytes, offset: int = 3, headers: Headers = ()) -> SetAsideRecord:
    record = Record(NOTIFICATIONS.name, 1, offset, key=key, value=value, headers=headers)
    SetAsideTable(group="readers").put([Unfit(record, "OverflowError: it did not fit")], done=set())
    return SetAsideRecord.objects.get(offset=offset)


def test_what_can_be_read_today_comes_again_as_it_was_and_is_set_aside_no_more() -> None:
    event, coming = notification(), NewIn(NOTIFICATIONS)
    row = set_aside(event.to_bytes(), key=event.key.encode(), headers=(("h", None), ("i", b"\xff")))

    shown = run("--ids", str(row.pk), "--dry-run")
    kept = SetAsideRecord.objects.count()
    done = run("--ids", str(row.pk))
    again = run("--ids", str(row.pk))

    name = f"{row.pk} notifications/1@3 of readers (OverflowError: it did not fit)"
    assert shown == (0, [f"{name}: would be sent again"])
    assert kept == 1
    assert done == (0, [f"{name}: sent again"])
    assert again == (0, [])
    (record,) = coming.records()
    assert (record.partition, record.key, record.value) == (1, event.key.encode(), event.to_bytes())
    assert record.headers == (("h", None), ("i", b"\xff"))


@pytest.mark.parametrize(
    ("value", "key", "why"),
    [
        (b"\x00not ours", b"7", "still unreadable"),
        (b'{"type":"notification.requested.v9"}', b"7", "still unreadable"),
        (notification().to_bytes(), b"another", "foreign partition"),
    ],
)
def test_what_would_be_set_aside_again_stays_and_is_named(value: bytes, key: bytes, why: str) -> None:
    coming = NewIn(NOTIFICATIONS)
    row = set_aside(value, key=key)

    status, lines = run("--topic", "notifications")

    assert status == 1
    assert "stays, " in lines[0]
    assert why in lines[0] or "unknown type" in lines[0]
    assert SetAsideRecord.objects.filter(pk=row.pk).exists()
    assert coming.records() == []


def test_of_a_large_record_the_whole_is_taken_from_where_it_stands() -> None:
    event, where = notification(), NewIn(NOTIFICATIONS)
    large: Headers = (("h", b"x" * (LARGEST_KEPT + 1)),)
    produce(NOTIFICATIONS, event, partition=1, headers=large)
    (stands,) = where.records()
    set_aside(event.to_bytes(), key=event.key.encode(), offset=stands.offset, headers=large)
    set_aside(event.to_bytes(), key=event.key.encode(), offset=stands.offset + 1_000_000, headers=large)
    coming = NewIn(NOTIFICATIONS)

    status, lines = run("--topic", "notifications")

    assert (status, [line.rpartition(": ")[2] for line in lines]) == (
        1,
        ["sent again", "stays, too large to be kept, and its topic does not keep it any more"],
    )
    assert [(one.value, one.headers) for one in coming.records()] == [(event.to_bytes(), large)]


def test_a_letter_of_the_chat_worker_is_sent_until_its_message_stands_in_history() -> None:
    event = ChatMessageSentV1(room_id=uuid4(), sender_id=7, client_message_id=uuid4(), text="안녕", trace_id="t" * 8)
    facts: dict[str, Any] = {"reason": b"it did not fit", "topic": b"chat-messages", "partition": b"2", "offset": b"9"}
    produce(CHAT_MESSAGES_DLQ, event, partition=0, headers=(("own", b"1"), *facts.items()))
    coming = NewIn(CHAT_MESSAGES)

    _, shown = run("--topic", "chat-messages", "--dry-run")
    _, done = run("--topic", "chat-messages")

    assert any("chat-messages/2@9 (it did not fit): would be sent again" in line for line in shown)
    assert any("chat-messages/2@9 (it did not fit): sent again" in line for line in done)
    (record,) = [one for one in coming.records() if one.key == event.key.encode()]
    assert (record.partition, record.value, record.headers) == (2, event.to_bytes(), (("own", b"1"),))
