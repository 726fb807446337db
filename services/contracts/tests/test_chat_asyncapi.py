"""The published description of the WebSocket is the one that the code makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salon_contracts.http.chat_asyncapi import document
from salon_contracts.http.chat_frames import CLIENT_FRAMES, SERVER_FRAMES

pytestmark = pytest.mark.unit

PUBLISHED = Path(__file__).parents[3] / "docs" / "chat-asyncapi.json"


def test_the_published_document_is_up_to_date() -> None:
    assert json.loads(PUBLISHED.read_text()) == document(), (
        "python -m salon_contracts.http.chat_asyncapi > docs/chat-asyncapi.json"
    )


def test_every_frame_is_described_and_every_reference_leads_somewhere() -> None:
    made = document()

    assert set(made["components"]["messages"]) == {*CLIENT_FRAMES, *SERVER_FRAMES}
    for reference in _references(made):
        place = made
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def _references(part: object) -> list[str]:
    if isinstance(part, list):
        return [found for item in part for found in _references(item)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [found for item in part.values() for found in _references(item)]
