"""docs/chat-asyncapi.json, to hold against it what is really sent."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

PUBLISHED = json.loads((Path(__file__).parents[5] / "docs" / "chat-asyncapi.json").read_text())


def names(operation: str) -> set[str]:
    """The frames that main takes ("take-frames") or gives ("give-frames")."""
    return {message["$ref"].rpartition("/")[2] for message in PUBLISHED["operations"][operation]["messages"]}


def what_is_wrong(frame: dict[str, Any]) -> list[str]:
    """With a frame of main. Empty: it is as published."""
    if frame.get("type") not in names("give-frames"):
        return [f"no frame of main has the type {frame.get('type')!r}"]
    return [f"{fault.json_path}: {fault.message}" for fault in _validator(frame["type"]).iter_errors(frame)]


@cache
def _validator(name: str) -> Draft202012Validator:
    payload = PUBLISHED["components"]["messages"][name]["payload"]
    return Draft202012Validator({**payload, "components": PUBLISHED["components"]})
