"""The process's one Redis client, which every thread may use, and Django's cache on it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django_redis.pool import ConnectionFactory  # type: ignore[import-untyped]
from django_redis.serializers.base import BaseSerializer  # type: ignore[import-untyped]
from redis import Redis

from config.env import env
from salon_kit.redis.connect import connect

# A request waits no longer: whatever main asks Redis for, it can do without (limits, quick news of ended sessions).
TIMEOUT_SECONDS = 0.5


@cache
def shared_redis() -> Redis:
    return connect(env.redis_url, answer_seconds=TIMEOUT_SECONDS, connect_seconds=TIMEOUT_SECONDS)


class SharedConnection(ConnectionFactory):  # type: ignore[misc]  # django-redis has no types
    """For django-redis: its cache goes the same way to Redis as everything else, through a failover too."""

    def connect(self, url: str) -> Redis:
        return shared_redis()


class JSONText(BaseSerializer):  # type: ignore[misc]
    """For django-redis: what is cached is JSON, since the connection's answers are text; and nothing is unpickled."""

    def dumps(self, value: Any) -> Any:
        return json.dumps(value)

    def loads(self, value: Any) -> Any:
        return json.loads(value)
