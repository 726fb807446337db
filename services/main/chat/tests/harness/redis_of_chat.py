"""Redis as a main asks it about messages."""

from __future__ import annotations

from redis.asyncio import Redis

from config.env import env
from salon_kit.redis.connect import connect_async


def redis_of_chat() -> Redis:
    """To be closed; for one event loop."""
    return connect_async(env.redis_url, answer_seconds=5, connect_seconds=2, connections_max=10)
