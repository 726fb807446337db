"""What was once published can be read for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salon_contracts.events.catalogue import ALL_EVENTS, type_name
from salon_contracts.events.envelope import Event
from salon_contracts.events.reading import read_event
from salon_contracts.events.topics import ALL

pytestmark = pytest.mark.unit

EXAMPLES = Path(__file__).parents[2] / "examples"
PUBLISHED = sorted(EXAMPLES.glob("*.json"))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_todays_code_still_reads_every_message_ever_published(path: Path) -> None:
    published = json.loads(path.read_text())

    event = read_event(path.read_bytes(), known=ALL_EVENTS)

    read_back = json.loads(event.to_bytes())
    assert {name: read_back[name] for name in published} == published
    assert path.name.startswith(published["type"])


@pytest.mark.parametrize("event_class", ALL_EVENTS, ids=lambda cls: cls.__name__)
def test_every_event_has_a_published_example(event_class: type[Event]) -> None:
    names = {json.loads(path.read_text())["type"] for path in PUBLISHED}

    assert type_name(event_class) in names


@pytest.mark.parametrize("event_class", ALL_EVENTS, ids=lambda cls: cls.__name__)
def test_every_event_travels_on_a_topic_that_is_created(event_class: type[Event]) -> None:
    assert event_class.topic in {topic.name for topic in ALL}
    assert event_class.key_field in event_class.model_fields
    assert event_class.__name__.endswith(f"V{type_name(event_class).rsplit('.v', 1)[1]}")


def test_no_two_events_share_a_type() -> None:
    names = [type_name(event_class) for event_class in ALL_EVENTS]

    assert len(set(names)) == len(names)
