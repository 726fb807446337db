"""The frames of the WebSocket /ws/v1/chat, both ways, and its close codes. docs/chat-asyncapi.json is made from these.

Main reads and makes its frames by these classes. What a number or a text of theirs is for says docs/api.md, "Chat".
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from salon_contracts.events.chat import MAX_TEXT_LENGTH, Cursor
from salon_contracts.http.problem import ProblemDocument

MAX_REQUEST_ID = 2**53 - 1
CURSOR_PATTERN = r"^[0-9]+-[0-9]+$"
_UUID = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
# A syllable of Hangul that comes taken apart (NFD) has up to three letters, and counts as one when it is kept.
MAX_TEXT_AS_SENT = 3 * MAX_TEXT_LENGTH


def _cursor(value: object) -> object:
    if value is None or isinstance(value, Cursor):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("cursor", "A cursor is text")
    try:
        return Cursor.parse(value)
    except ValueError as error:
        raise PydanticCustomError("cursor", "A cursor looks like 1-4711") from error


def _uuid(value: object) -> object:
    """UUID itself takes braces, `urn:uuid:` and no dashes; bodies and paths of HTTP do not."""
    if isinstance(value, str) and not _UUID.fullmatch(value):
        raise PydanticCustomError("uuid_parsing", "Not a UUID")
    return value


# As text and not as objects: a message's frame is made for everybody in a room, and must be cheap.
UuidText = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    Field(json_schema_extra={"format": "uuid"}),
]
CursorText = Annotated[str, StringConstraints(pattern=CURSOR_PATTERN)]
SentUuid = Annotated[UUID, BeforeValidator(_uuid)]
RequestId = Annotated[int, Field(strict=True, ge=0, le=MAX_REQUEST_ID)]


class Frame(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClientFrame(Frame):
    """`id` is the client's number for the request; it comes back as `reply_to`."""

    id: RequestId


class Subscribe(ClientFrame):
    """Give me what was said in this room `after` a cursor, and then all that is said, without gap or duplicate."""

    type: Literal["subscribe"]
    room_id: SentUuid
    after: Annotated[
        Cursor | None,
        BeforeValidator(_cursor),
        WithJsonSchema({"anyOf": [{"type": "string", "pattern": CURSOR_PATTERN}, {"type": "null"}]}),
    ] = None


class Unsubscribe(ClientFrame):
    """No more of this room."""

    type: Literal["unsubscribe"]
    room_id: SentUuid


class Send(ClientFrame):
    """Say something in a room. The same `client_message_id` again, however much later, is the same message."""

    type: Literal["send"]
    room_id: SentUuid
    client_message_id: SentUuid
    text: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_TEXT_AS_SENT)]


class Ping(ClientFrame):
    """Is anybody there?"""

    type: Literal["ping"]


class ServerFrame(Frame):
    def encoded(self) -> bytes:
        """The JSON of one text frame; what a problem leaves out is not there as null."""
        return self.__pydantic_serializer__.to_json(self, exclude_unset=True)


class MessageFrame(ServerFrame):
    """A message of a room that this socket listens to. Without `type` it is an item of the room's history."""

    type: Literal["message"]
    room_id: UuidText
    cursor: CursorText
    sender_id: Annotated[int, Field(ge=1)]
    client_message_id: UuidText
    text: str
    sent_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Subscribed(ServerFrame):
    """Up to `cursor` all was given; or, not `recovered`, is to be read in history. What follows comes live."""

    type: Literal["subscribed"]
    reply_to: RequestId
    room_id: UuidText
    recovered: bool
    cursor: CursorText | None


class Unsubscribed(ServerFrame):
    """Nothing more of this room will come."""

    type: Literal["unsubscribed"]
    reply_to: RequestId
    room_id: UuidText


class Ack(ServerFrame):
    """The message is in the log, at `cursor`, and will not be lost."""

    type: Literal["ack"]
    reply_to: RequestId
    room_id: UuidText
    client_message_id: UuidText
    cursor: CursorText


class Pong(ServerFrame):
    """Yes."""

    type: Literal["pong"]
    reply_to: RequestId


class ProblemFrame(ServerFrame):
    """Why a frame was refused, or, with `reply_to` null where it had no readable `id`, what else is wrong."""

    type: Literal["problem"]
    reply_to: Annotated[int, Field(ge=-MAX_REQUEST_ID, le=MAX_REQUEST_ID)] | None
    problem: ProblemDocument


AnyClientFrame = Subscribe | Unsubscribe | Send | Ping
AnyServerFrame = MessageFrame | Subscribed | Unsubscribed | Ack | Pong | ProblemFrame

CLIENT_FRAMES: dict[str, type[AnyClientFrame]] = {
    "subscribe": Subscribe,
    "unsubscribe": Unsubscribe,
    "send": Send,
    "ping": Ping,
}
SERVER_FRAMES: dict[str, type[AnyServerFrame]] = {
    "message": MessageFrame,
    "subscribed": Subscribed,
    "unsubscribed": Unsubscribed,
    "ack": Ack,
    "pong": Pong,
    "problem": ProblemFrame,
}


class CloseCode(IntEnum):
    """Why a connection ends. Each has its meaning beside it."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> CloseCode:
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    INSTANCE_LEAVING = 1012, "the instance is going: connect again"
    TOO_MUCH_GARBAGE = 4400, "too much garbage"
    NOT_SIGNED_IN = 4401, "there is no token or a bad one (a problem comes first), it ran out, or its session ended"
    SIGNED_IN_AS_ANOTHER = 4409, "?account= names another account than the token (a problem comes first)"
    TOO_MANY_FRAMES = 4429, "the account sent on after rate-limited refusals, or opens connections too fast"
    TOO_MANY_SOCKETS = 4430, "the account or its address has too many sockets here (a problem comes first)"
    INTERNAL_ERROR = 4500, "something went wrong on our side while the connection began (a problem comes first)"
