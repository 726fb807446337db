"""From text to a frame, and how what is none is refused."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from chat.errors import MalformedFrame, MessageTooLong, UnknownFrameType
from chat.socket.frames.sending import CheckedSend
from salon_contracts.events.chat import MAX_TEXT_LENGTH
from salon_contracts.http.chat_frames import CLIENT_FRAMES, MAX_REQUEST_ID, AnyClientFrame
from salon_contracts.http.field_errors import detail_of, field_errors
from salon_contracts.http.strict_json import strict_json

KNOWN: dict[str, type[AnyClientFrame]] = {**CLIENT_FRAMES, "send": CheckedSend}


def parse(text: str | None, *, language: str) -> dict[str, Any]:
    """A text frame as a JSON object. Raises MalformedFrame."""
    if text is None:
        raise MalformedFrame(detail_of("not_text", language=language))
    try:
        body = strict_json(text)
    except (ValueError, RecursionError) as error:
        raise MalformedFrame(detail_of("not_json", language=language)) from error
    if not isinstance(body, dict):
        raise MalformedFrame(detail_of("no_object", language=language))
    return body


def request_id_of(body: dict[str, Any]) -> int | None:
    """What to put into `reply_to`, also when the rest of the frame is refused."""
    number = body.get("id")
    return (
        number if isinstance(number, int) and not isinstance(number, bool) and abs(number) <= MAX_REQUEST_ID else None
    )


def read_frame(body: dict[str, Any], *, language: str) -> AnyClientFrame:
    """Raises UnknownFrameType, MessageTooLong, MalformedFrame."""
    frame_type = body.get("type")
    cls = KNOWN.get(frame_type) if isinstance(frame_type, str) else None
    if cls is None:
        raise UnknownFrameType
    try:
        return cls.model_validate(body)
    except ValidationError as error:
        if any(fault["type"] == "string_too_long" for fault in error.errors(include_url=False, include_input=False)):
            raise MessageTooLong(max_length=MAX_TEXT_LENGTH) from error
        raise MalformedFrame(errors=field_errors(error, language=language)) from error
