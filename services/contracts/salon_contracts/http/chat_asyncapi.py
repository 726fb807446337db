"""The AsyncAPI 3.0 document of the WebSocket of chat, made from the classes of its frames.

`python -m salon_contracts.http.chat_asyncapi` prints it; `docs/chat-asyncapi.json` is that print, as a test demands.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from salon_contracts.http.asyncapi_messages import SCHEMAS, message_of
from salon_contracts.http.chat_frames import CLIENT_FRAMES, SERVER_FRAMES, CloseCode

_CHANNEL = "#/channels/chat"


def document() -> dict[str, Any]:
    """One channel, one message a frame; `name` is the frame's `type`. The actions are those of the server."""
    kinds: dict[str, type[BaseModel]] = {**CLIENT_FRAMES, **SERVER_FRAMES}
    models = sorted(kinds.values(), key=lambda kind: kind.__name__)
    _, schemas = models_json_schema([(kind, "validation") for kind in models], ref_template=SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The WebSocket of chat",
            "version": "1",
            "description": (__doc__ or "").splitlines()[0],
        },
        "defaultContentType": "application/json",
        "channels": {
            "chat": {
                "address": "/ws/v1/chat",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in kinds},
                "bindings": {"ws": {"query": {"type": "object", "properties": {"account": {"type": "integer"}}}}},
                "x-close-codes": {str(code.value): code.meaning for code in CloseCode},
            }
        },
        "operations": {
            "take-frames": _operation("receive", CLIENT_FRAMES),
            "give-frames": _operation("send", SERVER_FRAMES),
        },
        "components": {
            "messages": {name: message_of(name, kind) for name, kind in sorted(kinds.items())},
            "schemas": schemas["$defs"],
        },
    }


def _operation(action: str, names: Iterable[str]) -> dict[str, Any]:
    messages = [{"$ref": f"{_CHANNEL}/messages/{name}"} for name in names]
    return {"action": action, "channel": {"$ref": _CHANNEL}, "messages": messages}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), ensure_ascii=False, indent=2) + "\n")
