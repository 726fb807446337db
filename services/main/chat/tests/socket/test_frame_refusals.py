"""Each refusal of a frame says in the language of its sender what is wrong."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chat.errors import MalformedFrame
from chat.socket.frames.reading import parse, read_frame

pytestmark = pytest.mark.unit
HANGUL = re.compile("[가-힣]")
ROOM = "11111111-2222-4333-8444-555555555555"
SEND = {"type": "send", "id": 7, "room_id": ROOM, "client_message_id": ROOM, "text": "x"}
SUBSCRIBE = {"type": "subscribe", "id": 7, "room_id": ROOM}
FUTURE = "ffffffff-ffff-7fff-8fff-ffffffffffff"
NO_UUIDS = ["x", 5, None, ROOM.replace("-", ""), f"{{{ROOM}}}", f"urn:uuid:{ROOM}", f"{ROOM}\n", "１" + ROOM[1:]]
CURSORS: list[object] = ["x", "4711", "1--2", [1, 2], 5, "１-２", "1-2\n", {}]
WRONG: list[dict[str, Any]] = [
    {"type": "ping"},
    *({"type": "ping", "id": number} for number in ("7", True, -1, 1.5, 2**60, None)),
    {"type": "ping", "id": 7, "\ud800": 1},
    *({**SUBSCRIBE, "room_id": name} for name in NO_UUIDS),
    *({**SEND, "client_message_id": name} for name in [*NO_UUIDS, FUTURE]),
    *({**SUBSCRIBE, "after": cursor} for cursor in CURSORS),
    *({**SEND, "text": text} for text in ("", 5, None, "a\u202eb", "a\0b", "\ud800", "\u3164", "e" + "\u0301" * 9)),
]


def _refusal_of(body: object, language: str) -> list[str]:
    with pytest.raises(MalformedFrame) as refused:
        read_frame(parse(json.dumps(body), language=language), language=language)
    return [one["detail"] for one in refused.value.facts.get("errors", [])] or [str(refused.value.detail)]


@pytest.mark.parametrize("body", [*WRONG, [], 7, "text", float("nan")], ids=ascii)
def test_a_wrong_frame_is_refused_in_the_language_of_its_sender(body: object) -> None:
    korean, english = _refusal_of(body, "ko"), _refusal_of(body, "en")

    assert all(HANGUL.search(detail) for detail in korean)
    assert not any(HANGUL.search(detail) or "error" in detail for detail in english)


def test_a_frame_that_is_no_text_is_refused_in_that_language_too() -> None:
    for language in ("ko", "en"):
        with pytest.raises(MalformedFrame) as refused:
            parse(None, language=language)
        assert bool(HANGUL.search(str(refused.value.detail))) == (language == "ko")


def test_a_name_in_capitals_is_the_same_name() -> None:
    name = "ABCDEFAB-2222-4333-8444-555555555555"

    assert read_frame({**SEND, "room_id": name}, language="ko") == read_frame(
        {**SEND, "room_id": name.lower()}, language="ko"
    )
