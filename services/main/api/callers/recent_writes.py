"""Who has written a moment ago, and has to see it: their reads go to the primary for a while."""

from __future__ import annotations

import time

from redis.exceptions import RedisError
from rest_framework.request import Request

from api.callers.authentication import presented_by
from api.callers.identity import Identity, identify
from api.scripts.count_write import is_remembered
from config.env import env
from salon_contracts.http.problem import Problem
from serving.redis import shared_redis

_unknown_until = float("-inf")


def note_forgotten() -> None:
    """A write could not be noted in Redis: until it is old, this process takes everybody for its author."""
    global _unknown_until  # noqa: PLW0603  # one fact of the process
    _unknown_until = time.monotonic() + env.reads_stick_seconds


def may_have_written_lately(request: Request) -> bool:
    """Without Redis nobody knows, and then yes. Who is not signed in writes nothing that they could look for."""
    account_id = _account_of(request)
    if account_id is None:
        return False
    if time.monotonic() < _unknown_until:
        return True
    try:
        return is_remembered(shared_redis(), account_id=account_id)
    except RedisError:
        note_forgotten()
        return True


def _account_of(request: Request) -> int | None:
    """Also behind an endpoint that looks at no token: it decides where to read, and nothing of what is answered."""
    if isinstance(request.user, Identity):
        return request.user.account_id
    try:
        return identify(presented_by(request)).account_id
    except Problem:
        return None
