"""How often somebody may try to come in. Counted by account first, in the address's one form, and by network second.

Ten wrong passwords from one network make that network wait at that account, longer and longer. The owner, on a device
or in a network from which they came in before, or just elsewhere, does not wait for it. Against many networks at once
there is a count of the account as well, which those known ones do not meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from redis.exceptions import RedisError

from accounts.credentials.devices import Device, account_digest
from accounts.errors import TooManyAttempts
from accounts.scripts.allow_try import TryCounter, allow_try
from accounts.scripts.count_attempt import attempts_key, count_attempt
from accounts.scripts.uncount_attempt import uncount_attempt
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.redis import shared_redis

log = get_logger(__name__)

FROM_NETWORK = "sign-in-from"
SIGN_INS_PER_ADDRESS = 120  # that failed
SIGN_INS_PER_ADDRESS_SECONDS = 60
SIGN_UPS_PER_ADDRESS = 60
SIGN_UPS_PER_ADDRESS_SECONDS = 60
# Mails that somebody asks for, of each kind: to one address, and from one network.
MAILS_TO_ADDRESS = 5
MAILS_TO_ADDRESS_SECONDS = 3600
MAILS_FROM_NETWORK = 60
MAILS_FROM_NETWORK_SECONDS = 600
# Wrong codes of a second factor at one account: whoever tries them knows the password.
CODES_OF_ACCOUNT = 10
CODES_OF_ACCOUNT_SECONDS = 900
FREE_TRIES = 10
FREE_TRIES_OF_ALL_STRANGERS = 100
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 15 * 60_000
FAILURES_FORGOTTEN_SECONDS = 3600
NETWORK_KNOWN_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Caller:
    """Who tries: at which account (a canonical address), from which network, on which device if it has shown one."""

    email: str
    network: str
    device: Device | None

    @property
    def known_device(self) -> Device | None:
        return self.device if self.device is not None and self.device.knows(self.email) else None

    @property
    def own_counter(self) -> str:
        known = self.known_device
        return _key("tries", self.email, f"device:{known.id}" if known else f"network:{self.network}")

    @property
    def strangers_counter(self) -> str:
        return _key("tries", self.email, "strangers")

    @property
    def known_network(self) -> str:
        return _key("known", self.email, f"network:{self.network}")


def allow_try_from(network: str) -> None:
    """Whoever it is that is tried. Raises TooManyAttempts."""
    _allow(FROM_NETWORK, network, at_most=SIGN_INS_PER_ADDRESS, seconds=SIGN_INS_PER_ADDRESS_SECONDS)


def forget_try_from(network: str) -> None:
    """It was no guess."""
    try:
        uncount_attempt(shared_redis(), kind=FROM_NETWORK, subject=network)
    except RedisError as error:
        outage(log.warning, "attempts_uncounted", reason=type(error).__name__)


def allow_sign_in(caller: Caller) -> None:
    """Raises TooManyAttempts; then the password must not be looked at."""
    allow_try_from(caller.network)
    try:
        redis = shared_redis()
        counters = [TryCounter(caller.own_counter, FREE_TRIES, FIRST_WAIT_MS, LONGEST_WAIT_MS)]
        if caller.known_device is None and not redis.exists(caller.known_network):
            counters.append(
                TryCounter(caller.strangers_counter, FREE_TRIES_OF_ALL_STRANGERS, FIRST_WAIT_MS, LONGEST_WAIT_MS)
            )
        allowed = allow_try(redis, counters=counters, forget_seconds=FAILURES_FORGOTTEN_SECONDS)
    except RedisError as error:
        # Without Redis people can still come in; argon2, a few at a time, then slows a guesser down.
        outage(log.warning, "attempts_uncounted", reason=type(error).__name__)
        return
    if not allowed.is_allowed:
        raise TooManyAttempts(retry_after_seconds=max(1, math.ceil(allowed.wait_ms / 1000)))


def forget_failures(caller: Caller) -> None:
    """Whoever came in was no guesser, and is known in this network from now on.

    Only failures count, also by network: thousands of phones may share a carrier's address.
    """
    try:
        redis = shared_redis()
        was_stranger = caller.known_device is None and not redis.exists(caller.known_network)
        redis.delete(caller.own_counter)
        uncount_attempt(redis, kind=FROM_NETWORK, subject=caller.network)
        if was_stranger and redis.hexists(caller.strangers_counter, "tries"):
            redis.hincrby(caller.strangers_counter, "tries", -1)
            redis.expire(caller.strangers_counter, FAILURES_FORGOTTEN_SECONDS)
        redis.set(caller.known_network, 1, ex=NETWORK_KNOWN_SECONDS)
    except RedisError as error:
        outage(log.warning, "attempts_uncounted", reason=type(error).__name__)


def allow_sign_up(*, address: str) -> None:
    """Raises TooManyAttempts."""
    _allow("sign-up-from", address, at_most=SIGN_UPS_PER_ADDRESS, seconds=SIGN_UPS_PER_ADDRESS_SECONDS)


def allow_mail(*, kind: str, email: str, network: str) -> None:
    """Before a mail to this canonical address is asked for, whether or not anybody has it. Raises TooManyAttempts."""
    if _allow(f"{kind}-from", network, at_most=MAILS_FROM_NETWORK, seconds=MAILS_FROM_NETWORK_SECONDS):
        _allow(f"{kind}-to", email, at_most=MAILS_TO_ADDRESS, seconds=MAILS_TO_ADDRESS_SECONDS)


def allow_code(*, email: str) -> None:
    """Raises TooManyAttempts; then no code must be looked at."""
    _allow("second-factor", email, at_most=CODES_OF_ACCOUNT, seconds=CODES_OF_ACCOUNT_SECONDS)


def forget_codes(*, email: str) -> None:
    """Whoever had the right one did not guess."""
    try:
        shared_redis().delete(attempts_key(kind="second-factor", subject=email))
    except RedisError as error:
        outage(log.warning, "attempts_uncounted", reason=type(error).__name__)


def _allow(kind: str, subject: str, *, at_most: int, seconds: int) -> bool:
    """False where nobody counts: then no second look at Redis is waited for. Raises TooManyAttempts."""
    try:
        attempts = count_attempt(shared_redis(), kind=kind, subject=subject, window_seconds=seconds)
    except RedisError as error:
        outage(log.warning, "attempts_uncounted", reason=type(error).__name__)
        return False
    if attempts.made > at_most:
        raise TooManyAttempts(retry_after_seconds=max(1, math.ceil(attempts.window_ends_in_ms / 1000)))
    return True


def _key(kind: str, email: str, what: str) -> str:
    # The braces keep all of one account in one slot.
    return attempts_key(kind=f"{kind}:{{{account_digest(email)}}}", subject=what)
