"""Both kinds of client, as services make them."""

from __future__ import annotations

from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from salon_kit.redis.connect import connect, connect_async

ANSWER_SECONDS = 0.6

Clients = tuple[Redis, AsyncRedis]


def clients_to(url: str) -> Clients:
    return (
        connect(url, answer_seconds=ANSWER_SECONDS, connect_seconds=ANSWER_SECONDS),
        connect_async(url, answer_seconds=ANSWER_SECONDS, connect_seconds=ANSWER_SECONDS, connections_max=2),
    )


async def closed(clients: Clients) -> None:
    clients[0].close()
    await clients[1].aclose()
