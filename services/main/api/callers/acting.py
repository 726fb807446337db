"""Who acts, and when: what every rule asks of whoever calls it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from api.callers.authentication import asker
from api.callers.idempotency_key import IdempotencyKey, idempotency_key_of


class By(NamedTuple):
    """The actor of a rule. What a rule reads of the clock is this moment, so that one act has one time."""

    account_id: int
    now: datetime
    key: IdempotencyKey | None = None
    """Of the request, where it is one that makes something."""


def by_asker(request: Request) -> By:
    """Whoever asks, now, in a view that let only signed-in people through. Raises InvalidInput for an unfit key."""
    return By(asker(request).account_id, timezone.now(), idempotency_key_of(request))


def by_user(request: HttpRequest) -> By:
    """Whoever is signed in to the operators' pages, now."""
    return By(cast(int, request.user.pk), timezone.now())
