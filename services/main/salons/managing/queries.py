"""Whose salon it is."""

from __future__ import annotations

from datetime import datetime

from salon_contracts.http.problem import NotFound
from salons.models import Groomer, Salon
from salons.queries import salon_with_offers


def own_salon_id(*, account_id: int) -> int:
    """Raises NotFound for whoever owns none: to them there is no such salon."""
    salon_id = Groomer.objects.filter(account_id=account_id, owns_salon=True).values_list("salon_id", flat=True).first()
    if salon_id is None:
        raise NotFound
    return salon_id


def own_salon(*, account_id: int, now: datetime) -> Salon:
    """With its groomers, offers and hours. Raises NotFound."""
    return salon_with_offers(salon_id=own_salon_id(account_id=account_id), now=now)
