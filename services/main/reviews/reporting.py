"""Saying that a review should not be there, and an operator's taking it out of sight, or back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.day_limit import seconds_to_wait
from api.callers.acting import By
from reviews.errors import OwnReview, TooManyReports
from reviews.models import Report, Review
from reviews.ratings import count_in, count_out
from salon_contracts.http.problem import NotFound

MAX_A_DAY = 20


def report_review(review_id: UUID, reason: Report.Reason, *, by: By) -> None:
    """Once a person; again, the reason is the later one. Raises NotFound, OwnReview, TooManyReports."""
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        review = Review.objects.select_related("booking").filter(pk=review_id, hidden_at=None).first()
        if review is None:
            raise NotFound
        if review.booking.customer_id == by.account_id:
            raise OwnReview
        mine = Report.objects.filter(account_id=by.account_id)
        if mine.filter(review=review).update(reason=reason) or mine.filter(review=review).exists():
            return
        seconds = seconds_to_wait(mine, made_at="reported_at", at_most=MAX_A_DAY, now=by.now)
        if seconds is not None:
            raise TooManyReports(max_a_day=MAX_A_DAY, retry_after_seconds=seconds)
        Report.objects.create(review=review, account_id=by.account_id, reason=reason, reported_at=by.now)


def hide_review(review_id: UUID, *, now: datetime) -> bool:
    """As an operator: it is shown to nobody else any more, and not counted. False where it was hidden, or is gone."""
    with transaction.atomic(durable=True):
        review = Review.objects.select_for_update().filter(pk=review_id, hidden_at=None).first()
        if review is None:
            return False
        review.hidden_at = now
        review.save(update_fields=["hidden_at"])
        count_out(review)
    return True


def show_review(review_id: UUID) -> bool:
    """As an operator: it is there again, and counted. False where it was shown, or is gone."""
    with transaction.atomic(durable=True):
        review = Review.objects.select_for_update().filter(pk=review_id, hidden_at__isnull=False).first()
        if review is None:
            return False
        review.hidden_at = None
        review.save(update_fields=["hidden_at"])
        count_in(review)
    return True
