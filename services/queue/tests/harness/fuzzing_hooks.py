"""Loaded by schemathesis: of the events that it asks for, some are there.

Streams that would last for as long as somebody listens are asked for at events that are over, or are none.
"""

from __future__ import annotations

import os
import zlib
from typing import Any
from uuid import UUID

import schemathesis

_OVER, _OPEN = os.environ["FUZZED_EVENT_OVER"], os.environ["FUZZED_EVENT_OPEN"]
_KNOWN = {"/line": [_OVER], "/watch": [_OVER], "/operator": []}


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    event_id = (path_parameters or {}).get("event_id")
    if not isinstance(event_id, str) or not _is_uuid(event_id):
        return path_parameters
    tail = next((tail for tail in _KNOWN if context.operation.path.endswith(tail)), None)
    known = [_OVER, _OPEN, _OPEN.upper()] if tail is None else _KNOWN[tail]
    chosen = [*known, event_id][zlib.crc32(event_id.encode()) % (len(known) + 1)]
    return {**(path_parameters or {}), "event_id": chosen}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
