"""An instance that missed news shows people their place before it tells them anything else."""

from __future__ import annotations

from uuid import UUID, uuid4

import orjson
import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.line.tickets import Tickets
from coupon_queue.scripts import Joiner
from coupon_queue.streams.open_streams import OpenStreams
from salon_contracts.stores.redis_keys import line_outcomes
from tests.connection import Connection
from tests.system import coupon_event

WINNER = 7


def frame(*, seq: int, state: str) -> bytes:
    return orjson.dumps({"seq": seq, "state": state, "admitted": 0})


async def standing_in_line(redis: Redis, streams: OpenStreams, event_id: UUID) -> tuple[Connection, int]:
    """The customer's connection, and the newest frame that the customer knows of."""
    await scripts.join(redis, event_id=event_id, joiners=[Joiner(WINNER, 0, "test")], grace_seconds=60)
    stream, connection = streams.expect(event_id=event_id, account_id=WINNER), Connection()
    stream.begin(connection)
    [place] = await scripts.stream_opened(redis, event_id=event_id, instance="here", account_ids=[WINNER])
    assert place is not None
    await streams.begin(stream, place)
    return connection, place.seq


@pytest.mark.parametrize("how", ["a frame is missing", "the subscription was cut"])
async def test_a_winner_whose_news_was_lost_is_not_told_that_all_is_gone(redis: Redis, how: str) -> None:
    event = coupon_event(quantity=1)
    event_id = event.coupon_event_id
    await scripts.announce(redis, event=event)
    streams = OpenStreams(redis=redis, tickets=Tickets(key=b"k" * 32), instance="here", buffer_bytes_max=1 << 20)
    connection, seq = await standing_in_line(redis, streams, event_id)
    await streams.tell_frame(event_id=event_id, document=frame(seq=seq + 1, state="open"))
    await redis.hset(line_outcomes(event_id), str(WINNER), f"issued 1 1 {uuid4()}")

    if how == "the subscription was cut":
        streams.lose_step(event_id)
    missing = 1 if how == "a frame is missing" else 0
    await streams.tell_frame(event_id=event_id, document=frame(seq=seq + 2 + missing, state="sold-out"))
    told_too_early = connection.written
    await streams.bring_in_step(event_id=event_id, account_ids=[WINNER])

    assert b"sold-out" not in told_too_early
    assert not streams.behind ^ {event_id}
    assert b'"state":"issued"' in connection.written
    assert connection.closed
