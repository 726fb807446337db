"""With whom customers pay here, if with anybody."""

from __future__ import annotations

import re
from functools import cache

from config.env import env
from config.payment_settings import PaymentSettings
from payments.errors import away
from payments.provider.port import Provider
from payments.provider.remote import Remote
from payments.provider.toss import Toss

# Where a request waits for the provider: a few of the threads wait, the others are there for everybody else.
ASKED_AT = re.compile(r"/api/v1/payments/[^/]+/confirm")
ASKING_AT_ONCE = 3


def provider_of(settings: PaymentSettings) -> Provider | None:
    if settings.toss_secret_key is None:
        return None
    return Toss(settings.toss_client_id, Remote(settings.toss_api, settings.toss_secret_key.get_secret_value()))


@cache
def provider_here() -> Provider | None:
    return provider_of(env)


def provider() -> Provider:
    """Raises PaymentsAway where there is none."""
    found = provider_here()
    if found is None:
        raise away(retry_after_seconds=60)
    return found
