"""An instance that missed something shows people their place before it sends them anything else."""

from __future__ import annotations

from uuid import UUID, uuid4

import orjson
import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import Joiner
from salon_contracts.stores.redis_keys import line_outcomes
from tests.harness.connection import Connection
from tests.harness.coupon_events import coupon_event
from tests.harness.one_instance import OneInstance, one_instance

WINNER = 7


def frame(*, seq: int, state: str) -> bytes:
    return orjson.dumps({"seq": seq, "state": state, "admitted": 0})


async def standing_in_line(redis: Redis, here: OneInstance, event_id: UUID) -> tuple[Connection, int]:
    """The customer's connection, and the newest frame that the customer knows of."""
    await scripts.join(redis, event_id=event_id, joiners=[Joiner(WINNER, 0, "test")], grace_seconds=60)
    connection = await here.open_stream(event_id, WINNER)
    return connection, connection.events()[0].data["seq"]


@pytest.mark.parametrize("how", ["a frame is missing", "the subscription was cut"])
async def test_a_winner_whose_coupon_was_missed_is_not_told_that_all_is_gone(redis: Redis, how: str) -> None:
    event = coupon_event(quantity=1)
    event_id = event.coupon_event_id
    await scripts.announce(redis, event=event)
    here = one_instance(redis)
    streams = here.streams
    connection, seq = await standing_in_line(redis, here, event_id)
    await streams.send_frame(event_id=event_id, document=frame(seq=seq + 1, state="open"))
    await redis.hset(line_outcomes(event_id), str(WINNER), f"issued 1 1 {uuid4()}")

    if how == "the subscription was cut":
        streams.lose_step(event_id)
    missing = 1 if how == "a frame is missing" else 0
    await streams.send_frame(event_id=event_id, document=frame(seq=seq + 2 + missing, state="sold-out"))
    shown_too_early = connection.written
    await here.presence.bring_in_step(event_id=event_id, account_ids=[WINNER])

    assert b"sold-out" not in shown_too_early
    assert not streams.behind ^ {event_id}
    assert b'"state":"issued"' in connection.written
    assert connection.closed
