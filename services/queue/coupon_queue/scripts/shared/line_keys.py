"""The names of all keys of one line, in the order in which prelude.lua names them."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from salon_contracts.stores import redis_keys
from salon_contracts.stores.redis_keys import line_tag


@lru_cache(maxsize=4096)
def line_keys(event_id: UUID) -> tuple[str, ...]:
    """What main reads too has its name from the contracts; every other name is queue's own."""
    return (
        line_key(event_id, "meta"),
        line_key(event_id, "numbers"),
        line_key(event_id, "waiting"),
        redis_keys.line_unsent_claims(event_id),
        redis_keys.line_in_flight(event_id),
        redis_keys.line_outcomes(event_id),
        redis_keys.line_issued(event_id),
        redis_keys.line_returned(event_id),
        line_key(event_id, "gone"),
        line_key(event_id, "grace"),
        line_key(event_id, "departed"),
        line_key(event_id, "rejoined"),
        line_key(event_id, "instances"),
        redis_keys.line_public_state(event_id),
        line_key(event_id, "wire"),
        line_key(event_id, "registered"),
        line_key(event_id, "drawn"),
    )


def line_key(event_id: UUID, name: str) -> str:
    return f"{line_tag(event_id)}:{name}"


LINE_CHANNELS = "line:{*}:wire"


def event_of_channel(channel: str) -> UUID | None:
    """Which event a message on a line_subscription is about; None if it is nobody's that we know of."""
    try:
        return UUID(channel[len("line:{") : -len("}:wire")])
    except ValueError:
        return None
