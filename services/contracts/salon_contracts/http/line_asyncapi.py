"""The AsyncAPI 3.0 document of the line's server-sent events, made from their classes.

`python -m salon_contracts.http.line_asyncapi` prints it; `docs/line-asyncapi.json` is that print, as a test demands.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from salon_contracts.http.asyncapi_messages import SCHEMAS, message_of
from salon_contracts.http.line_documents import LINE_EVENTS, OPERATOR_EVENTS, WATCH_EVENTS

STREAMS: dict[str, dict[str, type[BaseModel]]] = {
    "line": LINE_EVENTS,
    "watch": WATCH_EVENTS,
    "operator": OPERATOR_EVENTS,
}


def document() -> dict[str, Any]:
    """One channel a stream, one message an event; `name` is the event's `event` field."""
    kinds = {name: kind for events in STREAMS.values() for name, kind in events.items()}
    models = sorted(kinds.values(), key=lambda kind: kind.__name__)
    _, schemas = models_json_schema([(kind, "serialization") for kind in models], ref_template=SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The line's server-sent events",
            "version": "1",
            "description": (__doc__ or "").splitlines()[0],
        },
        "defaultContentType": "application/json",
        "channels": {stream: _channel(stream, events) for stream, events in STREAMS.items()},
        "operations": {
            f"hear-{stream}": {"action": "receive", "channel": {"$ref": f"#/channels/{stream}"}} for stream in STREAMS
        },
        "components": {
            "messages": {name: message_of(name, kind) for name, kind in sorted(kinds.items())},
            "schemas": schemas["$defs"],
        },
    }


def _channel(stream: str, events: dict[str, type[BaseModel]]) -> dict[str, Any]:
    return {
        "address": f"/queue/v1/events/{{event_id}}/{stream}",
        "parameters": {"event_id": {"description": "the coupon event"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in events},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), ensure_ascii=False, indent=2) + "\n")
