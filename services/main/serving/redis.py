"""The process's one Redis client, which every thread may use."""

from __future__ import annotations

from functools import cache

from redis import Redis

from config.env import env
from salon_kit.redis.connect import connect

# A request waits no longer: whatever main asks Redis for, it can do without (limits, quick news of ended sessions).
TIMEOUT_SECONDS = 0.5


@cache
def shared_redis() -> Redis:
    return connect(env.redis_url, answer_seconds=TIMEOUT_SECONDS, connect_seconds=TIMEOUT_SECONDS)
