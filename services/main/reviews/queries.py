"""Reading reviews."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from bookings.models import BookedTreatment
from reviews.models import Review
from salon_contracts.http.problem import NotFound
from salons.models import Salon


def _with_visits() -> QuerySet[Review]:
    what = Prefetch("booking__treatments", BookedTreatment.objects.select_related("treatment"))
    beside = ("salon", "booking__groomer__salon", "booking__customer", "booking__treatment")
    return Review.objects.select_related(*beside).prefetch_related(what)


def reviews_of_salon(*, salon_id: int) -> QuerySet[Review]:
    """What anybody may read. Raises NotFound."""
    if not Salon.objects.filter(pk=salon_id).exists():
        raise NotFound
    return _with_visits().filter(salon_id=salon_id, hidden_at=None)


def reviews_of(*, account_id: int) -> QuerySet[Review]:
    """Those that this account wrote, or that are of its visits as a groomer, hidden ones too."""
    return _with_visits().filter(Q(booking__customer_id=account_id) | Q(booking__groomer__account_id=account_id))


def review_of(*, account_id: int, review_id: UUID) -> Review:
    """Raises NotFound."""
    review = reviews_of(account_id=account_id).filter(pk=review_id).first()
    if review is None:
        raise NotFound
    return review
