"""The frames that a client may send, and how a frame that is none of them is refused."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from api.inputs.text import clean_text
from chat.errors import MalformedFrame, MessageTooLong, UnknownFrameType
from chat.history.earlier_tries import CLIENT_CLOCK_MS, TIME_ORDERED, made_at_ms
from salon_contracts.events.chat import MAX_TEXT_LENGTH, Cursor

MAX_REQUEST_ID = 2**53 - 1
GARBAGE_ALLOWED = 20
GARBAGE_FORGIVEN_EVERY_SECONDS = 3.0


def _cursor(value: object) -> object:
    if value is None or isinstance(value, Cursor):
        return value
    if not isinstance(value, str):
        raise ValueError("a cursor is text")
    return Cursor.parse(value)


class Frame(BaseModel):
    """`id` is the client's number for the request; it comes back as `reply_to`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[int, Field(strict=True, ge=0, le=MAX_REQUEST_ID)]


class Subscribe(Frame):
    type: Literal["subscribe"]
    room_id: UUID
    after: Annotated[Cursor | None, BeforeValidator(_cursor)] = None


class Unsubscribe(Frame):
    type: Literal["unsubscribe"]
    room_id: UUID


def _of_our_time(name: UUID) -> UUID:
    """A UUIDv7 says when it was made, and chat counts on that: the message cannot have been sent before."""
    if name.version == TIME_ORDERED and made_at_ms(name) > time.time() * 1000 + CLIENT_CLOCK_MS:
        raise PydanticCustomError("from_the_future", "This UUIDv7 was made later than now")
    return name


def _clean(text: str) -> str:
    """Its length counts as it is kept; a syllable of Hangul that comes taken apart (NFD) has up to three letters."""
    clean = clean_text(text)
    if len(clean) > MAX_TEXT_LENGTH:
        raise PydanticCustomError("string_too_long", "Longer than a message may be")
    return clean


class Send(Frame):
    type: Literal["send"]
    room_id: UUID
    client_message_id: Annotated[UUID, AfterValidator(_of_our_time)]
    text: Annotated[
        str, StringConstraints(strict=True, min_length=1, max_length=3 * MAX_TEXT_LENGTH), AfterValidator(_clean)
    ]


class Ping(Frame):
    type: Literal["ping"]


AnyFrame = Subscribe | Unsubscribe | Send | Ping
KNOWN: dict[str, type[AnyFrame]] = {"subscribe": Subscribe, "unsubscribe": Unsubscribe, "send": Send, "ping": Ping}


def parse(text: str | None) -> dict[str, Any]:
    """A text frame as a JSON object. Raises MalformedFrame."""
    if text is None:
        raise MalformedFrame("frames are JSON text")
    try:
        body = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedFrame("not JSON") from error
    if not isinstance(body, dict):
        raise MalformedFrame("not a JSON object")
    return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def request_id_of(body: dict[str, Any]) -> int | None:
    """What to put into `reply_to`, also when the rest of the frame is refused."""
    number = body.get("id")
    return (
        number if isinstance(number, int) and not isinstance(number, bool) and abs(number) <= MAX_REQUEST_ID else None
    )


def read_frame(body: dict[str, Any]) -> AnyFrame:
    """Raises UnknownFrameType, MessageTooLong, MalformedFrame."""
    frame_type = body.get("type")
    cls = KNOWN.get(frame_type) if isinstance(frame_type, str) else None
    if cls is None:
        raise UnknownFrameType
    try:
        return cls.model_validate(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        if any(fault["type"] == "string_too_long" for fault in faults):
            raise MessageTooLong(max_length=MAX_TEXT_LENGTH) from error
        raise MalformedFrame(
            errors=[
                {
                    "field": _printable(".".join(map(str, fault["loc"]))[:100]),
                    "code": fault["type"],
                    "detail": fault["msg"],
                }
                for fault in faults[:10]
            ]
        ) from error


def _printable(name: str) -> str:
    """Half a surrogate pair can be escaped in JSON, and nobody can be sent it back."""
    return name.encode(errors="replace").decode()


class Patience:
    """How much garbage one socket may send: some at once, and then one every few seconds."""

    closes_with: ClassVar[int] = 4400

    def __init__(self) -> None:
        self._left = float(GARBAGE_ALLOWED)
        self._at = time.monotonic()

    def is_over(self) -> bool:
        """Count one more piece of garbage."""
        now = time.monotonic()
        self._left = min(GARBAGE_ALLOWED, self._left + (now - self._at) / GARBAGE_FORGIVEN_EVERY_SECONDS) - 1
        self._at = now
        return self._left < 0
