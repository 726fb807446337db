"""What pydantic refuses is said in the caller's language, in our words."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from salon_contracts.http.chat_frames import CLIENT_FRAMES
from salon_contracts.http.field_errors import field_errors
from salon_contracts.http.line_documents import TicketInput

HANGUL = re.compile("[가-힣]")
ROOM = "11111111-2222-4333-8444-555555555555"


class Odd(BaseModel):
    model_config = ConfigDict(extra="forbid")
    room: UUID
    text: str

    @field_validator("text")
    @classmethod
    def _never(cls, text: str) -> str:
        raise ValueError("nothing is good enough")


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (Odd, {"room": ROOM, "text": "x"}),
        (Odd, {"room": 5, "text": None, "\ud800": 1}),
        (Odd, []),
        (CLIENT_FRAMES["ping"], {}),
        (CLIENT_FRAMES["ping"], {"type": "ping", "id": -1, "more": 1}),
        (CLIENT_FRAMES["ping"], {"type": "pong", "id": 2**70}),
        (CLIENT_FRAMES["subscribe"], {"type": "subscribe", "id": 1.5, "room_id": "x", "after": "x"}),
        (CLIENT_FRAMES["send"], {"type": "send", "id": True, "room_id": {}, "client_message_id": [], "text": ""}),
        (CLIENT_FRAMES["send"], {"type": "send", "id": 1, "room_id": ROOM, "client_message_id": ROOM, "text": 5}),
        (TicketInput, {"x": 1}),
        (TicketInput, 5),
    ],
)
def test_each_detail_is_in_the_language_of_the_caller(model: type[BaseModel], body: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)

    korean = field_errors(refused.value, language="ko", whole="body")
    english = field_errors(refused.value, language="en", whole="body")

    assert all(HANGUL.search(one["detail"]) for one in korean)
    assert not any(HANGUL.search(one["detail"]) or "error" in one["detail"] for one in english)
    assert [one["field"] for one in korean] == [one["field"] for one in english]
    assert all(one["field"] for one in korean)
    json.dumps(korean).encode()
    str(korean).encode()


def test_of_many_wrong_fields_the_first_ones_are_said() -> None:
    with pytest.raises(ValidationError) as refused:
        Odd.model_validate({f"more{n}": n for n in range(100)})

    assert len(field_errors(refused.value, language="ko")) == 10
