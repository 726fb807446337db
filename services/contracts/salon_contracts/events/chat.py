"""One chat message on its way from a socket to everybody in the room and to history."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import Field

from salon_contracts.events.envelope import Event
from salon_contracts.events.fields import AccountId

MAX_TEXT_LENGTH = 2_000


class ChatMessageSentV1(Event):
    """Somebody said something in a room. `client_message_id` is the sender's own name for it.

    The first record with one (room_id, sender_id, client_message_id) is the message; a later one is a copy
    made by a resend, and every reader passes over it.
    """

    topic: ClassVar[str] = "chat-messages"
    key_field: ClassVar[str] = "room_id"

    type: Literal["chat.message-sent.v1"] = "chat.message-sent.v1"
    room_id: UUID
    sender_id: AccountId
    client_message_id: UUID
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]


ON_CHAT_MESSAGES: tuple[type[ChatMessageSentV1], ...] = (ChatMessageSentV1,)


class Cursor(NamedTuple):
    """Where a message stands in its room: the log is the order.

    `offset` is the Kafka offset within the room's partition; `epoch` rises when the topic is rebuilt.
    Cursors of one room compare as tuples. Written as "epoch-offset", e.g. "1-4711".
    """

    epoch: int
    offset: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.offset}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for anything but two plain non-negative integers joined by "-"."""
        epoch, dash, offset = text.partition("-")
        if not (dash and epoch.isdecimal() and offset.isdecimal() and len(text) <= 40 and text.isascii()):
            raise ValueError("a cursor looks like 1-4711")
        return cls(epoch=int(epoch), offset=int(offset))
