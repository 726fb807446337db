"""One message as clients see it: the same from the live stream, from the ring and from history."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

from autobahn.websocket.protocol import PreparedMessage

from api.inputs.text import nfc
from salon_contracts.events.chat import ChatMessageSentV1, Cursor
from salon_contracts.http.chat_frames import MessageFrame, ServerFrame
from salon_contracts.stores.chat_history import StoredMessage, id_of


def words_of(text: str) -> str:
    """Stands for the words: a name with other words is another message. In NFC: older ones were kept as they came."""
    return hashlib.sha256(nfc(text).encode(errors="replace")).hexdigest()[:32]


class Standing(NamedTuple):
    """The message that stands under a name: where, and with which words."""

    cursor: Cursor
    words: str


class Message(NamedTuple):
    """`offset` orders it within its room; `frame` is its WebSocket frame, encoded once for everybody."""

    room_id: str
    partition: int
    offset: int
    name: str
    sent_at: datetime
    body: MessageFrame
    frame: PreparedMessage

    @property
    def size(self) -> int:
        return len(self.frame.payloadHybi)


def from_event(event: ChatMessageSentV1, *, cursor: Cursor, partition: int) -> Message:
    return _message(
        partition=partition,
        cursor=cursor,
        room_id=str(event.room_id),
        sender_id=event.sender_id,
        client_message_id=str(event.client_message_id),
        text=event.text,
        sent_at=event.occurred_at,
    )


def from_document(document: StoredMessage) -> Message:
    return _message(
        partition=document["partition"],
        cursor=Cursor(document["epoch"], document["offset"]),
        room_id=document["room_id"],
        sender_id=document["sender_id"],
        client_message_id=document["client_message_id"],
        text=document["text"],
        sent_at=document["sent_at"],
    )


def _message(
    *,
    partition: int,
    cursor: Cursor,
    room_id: str,
    sender_id: int,
    client_message_id: str,
    text: str,
    sent_at: datetime,
) -> Message:
    body = MessageFrame(
        type="message",
        room_id=room_id,
        cursor=str(cursor),
        sender_id=sender_id,
        client_message_id=client_message_id,
        text=text,
        # MongoDB keeps milliseconds, so nobody shows more.
        sent_at=sent_at.astimezone(UTC).isoformat(timespec="milliseconds"),
    )
    return Message(
        room_id=room_id,
        partition=partition,
        offset=cursor.offset,
        name=id_of(room_id=room_id, sender_id=sender_id, client_message_id=client_message_id),
        sent_at=sent_at,
        body=body,
        frame=prepared(body),
    )


def prepared(frame: ServerFrame) -> PreparedMessage:
    """The bytes of one text frame, to be sent as often as it takes."""
    return PreparedMessage(frame.encoded(), isBinary=False, applyMask=False, doNotCompress=True)
