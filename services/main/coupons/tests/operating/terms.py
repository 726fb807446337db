"""Terms that can be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

EVENTS = "/api/v1/coupon-events"


def terms_of_an_event(**changed: Any) -> dict[str, Any]:
    opens_at = timezone.now() + timedelta(hours=1)
    return {
        "title": "첫 목욕 반값",
        "quantity": 100,
        "discount_won": 10_000,
        "opens_at": opens_at.isoformat(),
        "closes_at": (opens_at + timedelta(hours=2)).isoformat(),
        **changed,
    }
