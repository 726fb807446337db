"""To send a message."""

from __future__ import annotations

import time
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from api.inputs.text import UnfitText, clean_text, is_visible
from chat.socket.earlier_tries import CLIENT_CLOCK_MS, TIME_ORDERED, made_at_ms
from salon_contracts.events.chat import MAX_TEXT_LENGTH
from salon_contracts.http.chat_frames import MAX_TEXT_AS_SENT, Send, SentUuid


def _of_our_time(name: UUID) -> UUID:
    """A UUIDv7 says when it was made, and chat counts on that: the message cannot have been sent before."""
    if name.version == TIME_ORDERED and made_at_ms(name) > time.time() * 1000 + CLIENT_CLOCK_MS:
        raise PydanticCustomError("from_the_future", "This UUIDv7 was made later than now")
    return name


def _clean(text: str) -> str:
    """Its length counts as it is kept."""
    try:
        clean = clean_text(text)
    except UnfitText as unfit:
        raise PydanticCustomError(unfit.code, "Unfit text") from unfit
    if not any(is_visible(letter) for letter in clean):
        raise PydanticCustomError("invisible", "Nothing of this can be seen")
    if len(clean) > MAX_TEXT_LENGTH:
        raise PydanticCustomError("string_too_long", "Longer than a message may be")
    return clean


class CheckedSend(Send):
    """With what a schema cannot say: the name is not from the future, and the text is fit to be read by others."""

    client_message_id: Annotated[SentUuid, AfterValidator(_of_our_time)]
    text: Annotated[
        str, StringConstraints(strict=True, min_length=1, max_length=MAX_TEXT_AS_SENT), AfterValidator(_clean)
    ]
