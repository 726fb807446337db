"""The published description of the topics is the one that the code makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salon_contracts.asyncapi import document
from salon_contracts.events.topics import ALL
from salon_kit.testing.json_references import dangling_references

pytestmark = pytest.mark.unit

PUBLISHED = Path(__file__).parents[4] / "docs" / "asyncapi.json"


def test_the_published_document_is_up_to_date() -> None:
    assert json.loads(PUBLISHED.read_text()) == document(), "python -m salon_contracts.asyncapi > docs/asyncapi.json"


def test_every_topic_is_described_and_every_reference_leads_somewhere() -> None:
    made = document()

    assert set(made["channels"]) == {topic.name for topic in ALL}
    assert dangling_references(made) == set()
