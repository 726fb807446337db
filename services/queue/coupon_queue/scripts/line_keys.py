"""The names of all keys of one line, in the order in which prelude.lua names them."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from salon_contracts.redis_keys import line_public_state, line_tag

_NAMES = [
    "meta",
    "numbers",
    "waiting",
    "claims",
    "inflight",
    "outcomes",
    "issued",
    "returned",
    "gone",
    "grace",
    "departed",
    "rejoined",
    "instances",
]


@lru_cache(maxsize=4096)
def line_keys(event_id: UUID) -> tuple[str, ...]:
    tag = line_tag(event_id)
    return (*(f"{tag}:{name}" for name in _NAMES), line_public_state(event_id), f"{tag}:wire")


def line_key(event_id: UUID, name: str) -> str:
    return f"{line_tag(event_id)}:{name}"


WIRES = "line:{*}:wire"


def event_of_wire(channel: str) -> UUID:
    """Which event a message on a wire is about."""
    return UUID(channel[len("line:{") : -len("}:wire")])
