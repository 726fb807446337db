"""What the AsyncAPI documents of the line and of chat share: a message is made of its class."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

SCHEMAS = "#/components/schemas/{model}"


def message_of(name: str, kind: type[BaseModel]) -> dict[str, Any]:
    return {
        "name": name,
        "summary": " ".join((kind.__doc__ or "").split()),
        "payload": {"$ref": SCHEMAS.format(model=kind.__name__)},
    }
