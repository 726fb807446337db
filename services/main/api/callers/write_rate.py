"""How fast one account may write, over all endpoints of main together. Each endpoint's own limits come on top."""

from __future__ import annotations

import math
from typing import Any

from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.callers import recent_writes
from api.callers.identity import Identity
from api.scripts.count_write import count_write
from config.env import env
from salon_contracts.http.problem import RateLimited
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.redis import shared_redis

log = get_logger(__name__)


class WriteRate(BaseThrottle):
    """Counts what a signed-in account writes. Reading is free; who is not signed in is counted by address."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises RateLimited.

        Without Redis everybody may write. This limit spares the others a flood; it does not guard what may be issued
        only once: that is done by rules in MySQL, which hold at any rate. Booking must not rest because Redis does.
        """
        if request.method in SAFE_METHODS or not isinstance(request.user, Identity):
            return True
        try:
            wait_ms = count_write(
                shared_redis(),
                account_id=request.user.account_id,
                per_minute=env.writes_per_account_per_minute,
                at_once=env.writes_per_account_at_once,
                remembered_seconds=env.reads_stick_seconds,
            )
        except RedisError as error:
            outage(log.warning, "write_uncounted", reason=type(error).__name__)
            recent_writes.note_forgotten()
            return True
        if wait_ms:
            raise RateLimited(retry_after_seconds=math.ceil(wait_ms / 1000))
        return True
