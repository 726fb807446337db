"""The AsyncAPI 3.0 document of the Kafka topics, made from the event classes.

`python -m salon_contracts.asyncapi` prints it; `docs/asyncapi.json` is that print, and a test keeps it so.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from salon_contracts.events.catalogue import ALL_EVENTS, type_name
from salon_contracts.events.envelope import Event
from salon_contracts.events.topics import ALL, Topic

_SCHEMAS = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """One channel a topic, one message an event class; records are keyed by the topic's key."""
    _, schemas = models_json_schema([(event, "serialization") for event in ALL_EVENTS], ref_template=_SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "DaengDaeng Salon on Kafka", "version": "1", "description": (__doc__ or "").splitlines()[0]},
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in ALL},
        "components": {
            "messages": {type_name(event): _message(event) for event in ALL_EVENTS},
            "schemas": schemas["$defs"],
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    names = [type_name(event) for event in ALL_EVENTS if event.topic == topic.name]
    return {
        "address": topic.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions}},
        "x-key": topic.key,
        "x-written-by": topic.written_by,
        "x-read-by": list(topic.read_by),
        "x-config": topic.config,
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": type_name(event),
        "summary": " ".join((event.__doc__ or "").split()) or event.__name__,
        "payload": {"$ref": _SCHEMAS.format(model=event.__name__)},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), ensure_ascii=False, indent=2) + "\n")
