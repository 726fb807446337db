"""Redis as Django's cache: one server, or the primary that the Sentinels name now."""

from __future__ import annotations

from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry

from salon_kit.redis.address import sentinels_in

_TIMEOUT_SECONDS = 0.5
_SENTINEL_SECONDS = 0.3
# django-redis reads this setting for all caches; without Sentinels it is its own default.
ONE_SERVER_FACTORY = "django_redis.pool.ConnectionFactory"
SENTINEL_FACTORY = "django_redis.pool.SentinelConnectionFactory"


def connection_factory(redis_url: str) -> str:
    return SENTINEL_FACTORY if sentinels_in(redis_url) else ONE_SERVER_FACTORY


def cache(redis_url: str) -> dict[str, Any]:
    """One entry of CACHES."""
    options: dict[str, Any] = {
        "SOCKET_CONNECT_TIMEOUT": _TIMEOUT_SECONDS,
        "SOCKET_TIMEOUT": _TIMEOUT_SECONDS,
        # A command that is sent twice may also run twice: what may be tried again is tried again by its caller.
        "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
    }
    location, sentinels = redis_url, sentinels_in(redis_url)
    if sentinels is not None:
        location = f"redis://{sentinels.primary_name}/{sentinels.db}"
        options |= {
            "CLIENT_CLASS": "django_redis.client.SentinelClient",
            "SENTINELS": list(sentinels.addresses),
            "SENTINEL_KWARGS": {
                "socket_timeout": _SENTINEL_SECONDS,
                "socket_connect_timeout": _SENTINEL_SECONDS,
                "retry": Retry(NoBackoff(), 0),
            },
            "USERNAME": sentinels.username,
            "PASSWORD": sentinels.password,
        }
    return {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": location, "OPTIONS": options}
