"""Frames of chat as they go over the wire."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, ValidationError

from salon_contracts.http.chat_frames import CLIENT_FRAMES, SERVER_FRAMES, Ack, CloseCode, MessageFrame, ProblemFrame
from salon_contracts.http.problem import ProblemDocument, RateLimited

pytestmark = pytest.mark.unit

ROOM = "0f8fad5b-d9cb-469f-a165-70867728950e"
KINDS: dict[str, type[BaseModel]] = {**CLIENT_FRAMES, **SERVER_FRAMES}


def test_a_message_goes_out_in_plain_utf_8_with_its_type_first() -> None:
    frame = MessageFrame(
        type="message",
        room_id=ROOM,
        cursor="1-4711",
        sender_id=7,
        client_message_id=ROOM,
        text="안녕 🐶",
        sent_at="2026-05-01T09:00:00.123+00:00",
    )

    assert frame.encoded().decode() == (
        f'{{"type":"message","room_id":"{ROOM}","cursor":"1-4711","sender_id":7,"client_message_id":"{ROOM}",'
        '"text":"안녕 🐶","sent_at":"2026-05-01T09:00:00.123+00:00"}'
    )


def test_a_problem_keeps_its_facts_and_has_no_member_that_it_does_not_need() -> None:
    body = RateLimited(retry_after_seconds=3).body(language="en")

    frame = ProblemFrame(type="problem", reply_to=None, problem=ProblemDocument.model_validate(body))

    assert json.loads(frame.encoded()) == {"type": "problem", "reply_to": None, "problem": body}


@pytest.mark.parametrize("wrong", [{"cursor": "4711"}, {"room_id": ROOM.upper()}, {"reply_to": -1}, {"more": 1}])
def test_no_frame_can_be_made_that_is_not_as_published(wrong: dict[str, object]) -> None:
    good = {"type": "ack", "reply_to": 1, "room_id": ROOM, "client_message_id": ROOM, "cursor": "1-1"}
    Ack.model_validate(good)

    with pytest.raises(ValidationError):
        Ack.model_validate({**good, **wrong})


@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=str)
def test_a_frame_is_found_by_the_type_that_it_carries(name: str, kind: type[BaseModel]) -> None:
    assert kind.model_json_schema()["properties"]["type"] == {"const": name, "title": "Type", "type": "string"}
    assert kind.__doc__


def test_every_close_code_has_a_meaning_of_its_own() -> None:
    assert len({code.meaning for code in CloseCode}) == len(CloseCode) == len({int(code) for code in CloseCode})
