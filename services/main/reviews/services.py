"""Writing a review of one's visit, changing it, taking it back; and the groomer's reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.states import State
from bookings.models import names_of
from bookings.queries import bookings_of
from idempotency.errors import WhatItMadeIsGone
from idempotency.services import made_by_same_request, note_carried_out
from outbox.services import record
from reviews.errors import ReviewedAlready, ReviewIsHidden, TooLateToReview, VisitNotCompleted
from reviews.models import Review
from reviews.queries import review_of
from reviews.ratings import count_in, count_out
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_contracts.http.problem import Forbidden, NotFound
from salon_kit.tracing import bound_trace_id

DAYS_TO_REVIEW = 90


@dataclass(frozen=True, kw_only=True)
class Words:
    """1 to 5 stars, and what is said beside them."""

    stars: int
    text: str = ""


class Written(NamedTuple):
    review: Review
    is_new: bool


def write_review(booking_id: UUID, words: Words, *, by: By) -> Written:
    """Of a completed visit of mine, once. The same request again changes nothing and gives the review that it made.

    Raises NotFound, VisitNotCompleted, TooLateToReview, ReviewedAlready, KeyUsedForAnother, WhatItMadeIsGone;
    Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if (made := made_by_same_request(by=by)) is not None:
            return Written(_still_there(made, by=by), is_new=False)
        booking = bookings_of(account_id=by.account_id).filter(pk=booking_id, customer_id=by.account_id).first()
        if booking is None:
            raise NotFound
        # A visit that was completed stays so.
        if booking.state != State.COMPLETED:
            raise VisitNotCompleted(state=booking.state)
        _insist_on_recent(booking.ends_at + timedelta(days=DAYS_TO_REVIEW) > by.now)
        if (mine := Review.objects.filter(booking=booking).first()) is not None:
            raise ReviewedAlready(review_id=str(mine.pk))
        review = Review.objects.create(
            booking=booking,
            salon_id=booking.groomer.salon_id,
            stars=words.stars,
            text=words.text,
            written_at=by.now,
        )
        count_in(review)
        record(_notification_of(review, "review.written", to=booking.groomer.account_id))
        note_carried_out(review.pk, by=by)
    return Written(review_of(account_id=by.account_id, review_id=review.pk), is_new=True)


def _still_there(review_id: UUID, *, by: By) -> Review:
    try:
        return review_of(account_id=by.account_id, review_id=review_id)
    except NotFound as gone:
        raise WhatItMadeIsGone from gone


def change_review(review_id: UUID, words: Words, *, by: By) -> Review:
    """My own. The same words again change nothing. Raises NotFound, TooLateToReview, ReviewIsHidden."""
    with transaction.atomic(durable=True):
        review = _locked_own(review_id, by=by)
        _insist_on_recent(review.booking.ends_at + timedelta(days=DAYS_TO_REVIEW) > by.now)
        if (review.stars, review.text) != (words.stars, words.text):
            count_out(review)
            review.stars, review.text, review.edited_at = words.stars, words.text, by.now
            review.save(update_fields=["stars", "text", "edited_at"])
            count_in(review)
    return review


def take_review_back(review_id: UUID, *, by: By) -> None:
    """My own, for good, with what was replied. Raises NotFound, ReviewIsHidden."""
    with transaction.atomic(durable=True):
        review = _locked_own(review_id, by=by)
        count_out(review)
        review.delete()


def reply(review_id: UUID, text: str, *, by: By) -> Review:
    """As the groomer of that visit; another text takes the place of the one before. Raises NotFound, Forbidden."""
    with transaction.atomic(durable=True):
        review = _locked(review_id, by=by)
        if review.booking.groomer.account_id != by.account_id:
            raise Forbidden
        if review.reply != text:
            is_first = not review.reply
            review.reply, review.replied_at = text, by.now if text else None
            review.save(update_fields=["reply", "replied_at"])
            if is_first and review.hidden_at is None:
                record(_notification_of(review, "review.replied", to=review.booking.customer_id))
    return review


def _locked(review_id: UUID, *, by: By) -> Review:
    if Review.objects.select_for_update().filter(pk=review_id).first() is None:
        raise NotFound
    return review_of(account_id=by.account_id, review_id=review_id)


def _locked_own(review_id: UUID, *, by: By) -> Review:
    review = _locked(review_id, by=by)
    if review.booking.customer_id != by.account_id:
        raise Forbidden
    if review.hidden_at is not None:
        raise ReviewIsHidden
    return review


def _insist_on_recent(is_recent: bool) -> None:  # noqa: FBT001
    if not is_recent:
        raise TooLateToReview(days=DAYS_TO_REVIEW)


def _notification_of(review: Review, kind: str, *, to: int) -> NotificationRequestedV1:
    """Once of a review, however often it is written anew: who takes one back and writes it again is no news."""
    booking = review.booking
    return NotificationRequestedV1(
        event_id=uuid5(NAMESPACE_OID, f"{kind}:{booking.pk}"),
        trace_id=bound_trace_id(),
        recipient_id=to,
        kind=kind,
        facts={
            "review_id": str(review.pk),
            "booking_id": str(booking.pk),
            "salon_name": booking.groomer.salon.name,
            "treatment_name": names_of(booking.visit),
            "stars": str(review.stars),
            "starts_at": booking.starts_at.isoformat(),
        },
    )
