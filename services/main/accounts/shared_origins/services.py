"""Noting from where somebody signed in, and forgetting it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from accounts.models import SignInOrigin
from salon_kit.networks import UNKNOWN

# From the last sign-in there: a drop is looked at in the days after it.
KEPT = timedelta(days=30)
_LENGTH = 32


def note_origin(*, account_id: int, network: str, device_id: str | None, now: datetime) -> None:
    """After a good sign-in. `network` is what `client_network` gives."""
    seen = [(SignInOrigin.Kind.NETWORK, network)] if network != UNKNOWN else []
    if device_id:
        seen.append((SignInOrigin.Kind.DEVICE, device_id))
    SignInOrigin.objects.bulk_create(
        [
            SignInOrigin(account_id=account_id, kind=kind, digest=digest_of(kind, value), seen_at=now)
            for kind, value in seen
        ],
        update_conflicts=True,
        update_fields=["seen_at"],
    )


def digest_of(kind: str, value: str) -> str:
    """With Django's key: whoever has the table only cannot try all addresses. After an exchange of the key the same
    place has another digest."""
    return salted_hmac(f"accounts.origin.{kind}", value, algorithm="sha256").hexdigest()[:_LENGTH]
