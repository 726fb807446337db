"""The history of chat in MongoDB. The chat-worker is its only writer, main reads it; both count on all that is here.

Insert-only: a document that is there never changes, and its `_id` is the same for a redelivery and for a resend.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.events.topics import CHAT_MESSAGES

# In the database that the URL of both services names.
MESSAGES = "messages"
EPOCHS = "epochs"

# What this consumer group has committed is in history; main asks how far that is before it believes a page.
WORKER_GROUP = "chat-worker"

# librdkafka's name for CRC-32 of the key; `partition_of` is the same in Python.
PARTITIONER = "consistent_random"
PARTITIONS = CHAT_MESSAGES.partitions

# The index that pages, resumes and read pointers stand on.
LOG_ORDER = ("room_id", "epoch", "offset")
OFFSET = LOG_ORDER[-1]

# Two sends under one `_id` that differ in one of these are not one message sent twice.
CONTENT_FIELDS = ("room_id", "sender_id", "text")


class StoredMessage(TypedDict):
    """A document of `messages`. `epoch` and `offset` are its cursor; `sent_at` is in whole milliseconds, as in BSON."""

    _id: str
    room_id: str
    epoch: int
    offset: int
    partition: int
    sender_id: int
    client_message_id: str
    text: str
    sent_at: datetime
    trace_id: str


class StoredEpoch(TypedDict):
    """A document of `epochs`. `_id` is the epoch, `topic_id` Kafka's own id of the topic whose offsets it counts by."""

    _id: int
    topic_id: str


def partition_of(room_id: str) -> int:
    """Where the room's messages are: what librdkafka does with the key."""
    return zlib.crc32(room_id.encode()) % PARTITIONS


def id_of(*, room_id: str, sender_id: int, client_message_id: str) -> str:
    """What a message and its copies have in common: the `_id` of its document."""
    return f"{room_id}:{sender_id}:{client_message_id}"


def id_of_event(event: ChatMessageSentV1) -> str:
    return id_of(room_id=str(event.room_id), sender_id=event.sender_id, client_message_id=str(event.client_message_id))


def document_of(event: ChatMessageSentV1, *, partition: int, cursor: Cursor) -> StoredMessage:
    """What the chat-worker inserts for the record at `cursor`."""
    return {
        "_id": id_of_event(event),
        "room_id": str(event.room_id),
        "epoch": cursor.epoch,
        "offset": cursor.offset,
        "partition": partition,
        "sender_id": event.sender_id,
        "client_message_id": str(event.client_message_id),
        "text": event.text,
        "sent_at": event.occurred_at.replace(microsecond=event.occurred_at.microsecond // 1000 * 1000),
        "trace_id": event.trace_id,
    }


def same_message(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Is this the same message sent twice, and not another one under the same name?"""
    return all(one.get(name) == other.get(name) for name in CONTENT_FIELDS)


# Filters, so that no reader spells a field's name by itself.


def with_id(wanted: str | int) -> dict[str, Any]:
    return {"_id": wanted}


def with_ids(wanted: Iterable[str]) -> dict[str, Any]:
    return {"_id": {"$in": list(wanted)}}


def later_than_epoch(epoch: int) -> dict[str, Any]:
    """In `epochs`."""
    return {"_id": {"$gt": epoch}}


def in_room(room_id: str, *, epoch: int) -> dict[str, Any]:
    return {"room_id": room_id, "epoch": epoch}


def in_room_between(room_id: str, *, epoch: int, low: int, high: int) -> dict[str, Any]:
    """low ≤ offset < high."""
    return {**in_room(room_id, epoch=epoch), OFFSET: {"$gte": low, "$lt": high}}
