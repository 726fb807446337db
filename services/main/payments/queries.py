"""Reading payments."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from payments.models import Payment
from salon_contracts.http.problem import NotFound


def payments_of(*, account_id: int) -> QuerySet[Payment]:
    """Others do not exist for it."""
    return Payment.objects.prefetch_related("refunds").filter(customer_id=account_id)


def payment_of(*, account_id: int, payment_id: UUID) -> Payment:
    """Raises NotFound."""
    payment = payments_of(account_id=account_id).filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    return payment
