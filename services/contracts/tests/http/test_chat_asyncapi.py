"""The published description of the WebSocket is the one that the code makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salon_contracts.http.chat_asyncapi import document
from salon_contracts.http.chat_frames import CLIENT_FRAMES, SERVER_FRAMES
from salon_kit.testing.json_references import dangling_references

pytestmark = pytest.mark.unit

PUBLISHED = Path(__file__).parents[4] / "docs" / "chat-asyncapi.json"


def test_the_published_document_is_up_to_date() -> None:
    assert json.loads(PUBLISHED.read_text()) == document(), (
        "python -m salon_contracts.http.chat_asyncapi > docs/chat-asyncapi.json"
    )


def test_every_frame_is_described_and_every_reference_leads_somewhere() -> None:
    made = document()

    assert set(made["components"]["messages"]) == {*CLIENT_FRAMES, *SERVER_FRAMES}
    assert dangling_references(made) == set()
