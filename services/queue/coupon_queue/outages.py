"""Which errors mean "a server is away for now": wait and try again. Any other error is a bug."""

from __future__ import annotations

from confluent_kafka import KafkaException
from redis import exceptions as redis_errors

# Replies of a Redis that is up but must not be written to just now.
_REFUSALS_FOR_NOW = ("NOREPLICAS", "MISCONF", "READONLY", "LOADING", "MASTERDOWN", "OOM", "CLUSTERDOWN", "BUSY ")


def is_redis_outage(error: BaseException) -> bool:
    if isinstance(error, (redis_errors.ConnectionError, redis_errors.TimeoutError)):
        return True
    return isinstance(error, redis_errors.ResponseError) and any(word in str(error) for word in _REFUSALS_FOR_NOW)


def is_outage(error: BaseException) -> bool:
    return isinstance(error, KafkaException) or is_redis_outage(error)
