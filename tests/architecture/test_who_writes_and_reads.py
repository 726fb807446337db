"""The table of topics says who writes and who reads each, and the code does just that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from salon_contracts.events import topics
from salon_contracts.events.catalogue import ALL_EVENTS
from salon_contracts.events.topics import Topic

SERVICES = Path(__file__).parents[2] / "services"
NAMES = {value.name: name for name, value in vars(topics).items() if isinstance(value, Topic)}


@cache
def _product(service: str) -> list[ast.Module]:
    paths = (SERVICES / service).rglob("*.py")
    return [ast.parse(path.read_text()) for path in paths if not {"tests", "node_modules"} & set(path.parts)]


def _words(service: str) -> Iterator[str]:
    for tree in _product(service):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Attribute):
                yield node.attr


def _makes(service: str) -> set[str]:
    """The names of all that this service's code calls, classes among them."""
    calls = (node.func for tree in _product(service) for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {call.id for call in calls if isinstance(call, ast.Name)}


PROCESSES = ("main", "queue", "chat-worker")


@pytest.mark.parametrize("topic", topics.ALL, ids=lambda topic: topic.name)
def test_a_topic_is_read_by_those_whom_the_table_names(topic: Topic) -> None:
    naming = {service for service in PROCESSES if NAMES[topic.name] in set(_words(service))}

    assert set(topic.read_by) <= naming
    assert naming <= {topic.written_by, *topic.read_by}


@pytest.mark.parametrize("topic", topics.ALL, ids=lambda topic: topic.name)
def test_a_topic_is_written_by_the_one_service_that_makes_its_events(topic: Topic) -> None:
    events = {event.__name__ for event in ALL_EVENTS if event.topic == topic.name}
    makers = {service for service in PROCESSES if events & _makes(service)}

    assert makers <= {topic.written_by}
    assert makers or not events
