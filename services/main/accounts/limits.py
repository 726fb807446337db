"""How often somebody may try to come in."""

from __future__ import annotations

import math

from django_redis import get_redis_connection  # type: ignore[import-untyped]
from redis.exceptions import RedisError

from accounts.errors import TooManyAttempts
from accounts.scripts.count_attempt import attempts_key, count_attempt
from salon_contracts.logs import get_logger

log = get_logger(__name__)

SIGN_INS_PER_ADDRESS = 120
SIGN_INS_PER_ADDRESS_SECONDS = 60
FAILURES_PER_ACCOUNT = 10
FAILURES_PER_ACCOUNT_SECONDS = 300
SIGN_UPS_PER_ADDRESS = 60
SIGN_UPS_PER_ADDRESS_SECONDS = 60


def allow_sign_in(*, email: str, address: str) -> None:
    """Raises TooManyAttempts."""
    _allow("sign-in-from", address, at_most=SIGN_INS_PER_ADDRESS, seconds=SIGN_INS_PER_ADDRESS_SECONDS)
    _allow("sign-in-as", email.lower(), at_most=FAILURES_PER_ACCOUNT, seconds=FAILURES_PER_ACCOUNT_SECONDS)


def allow_sign_up(*, address: str) -> None:
    """Raises TooManyAttempts."""
    _allow("sign-up-from", address, at_most=SIGN_UPS_PER_ADDRESS, seconds=SIGN_UPS_PER_ADDRESS_SECONDS)


def forget_failures(*, email: str) -> None:
    """Whoever came in was no guesser."""
    try:
        get_redis_connection("default").delete(attempts_key(kind="sign-in-as", subject=email.lower()))
    except RedisError as error:
        log.warning("attempts_uncounted", reason=type(error).__name__)


def _allow(kind: str, subject: str, *, at_most: int, seconds: int) -> None:
    try:
        attempts = count_attempt(get_redis_connection("default"), kind=kind, subject=subject, window_seconds=seconds)
    except RedisError as error:
        # Without Redis people can still come in; argon2 alone then slows a guesser down.
        log.warning("attempts_uncounted", reason=type(error).__name__)
        return
    if attempts.made > at_most:
        raise TooManyAttempts(retry_after_seconds=max(1, math.ceil(attempts.window_ends_in_ms / 1000)))
