"""Reading feeds, and what stands in one."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from bookings.models import BookedTreatment, Booking
from calendars.models import CalendarFeed
from calendars.services import digest_of
from calendars.words import entry_of
from ical.entries import Entry
from salon_contracts.http.problem import NotFound
from salons.models import Groomer

SHOWN_BACK = timedelta(days=30)
MOST_ENTRIES = 1_000
"""Of the first that are to come after those: a groomer with eleven visits a day has them for three months."""

# Rises when the same bookings are written in another way.
_FORM = 1


class FeedContent(NamedTuple):
    entries: list[Entry]
    language: str
    version: str
    """Another one whenever anything in it is another."""


def feeds_of(*, account_id: int) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(account_id=account_id)


def content_of_feed(*, secret: str, now: datetime) -> FeedContent:
    """What is booked from thirty days ago on, a thousand at most, and for as long what was cancelled. Raises NotFound.

    Five queries, and three more for a groomer, each within one account's or groomer's index.
    """
    feed = feed_at(secret)
    account_id, language = feed.account_id, feed.language
    bookings = _soonest_first(Booking.objects.filter(customer_id=account_id), now=now)
    entries = [entry_of(booking, language=language, of_groomer=False) for booking in bookings]
    groomers = list(Groomer.objects.filter(account_id=account_id).values_list("pk", flat=True))
    if groomers:
        visits = _soonest_first(Booking.objects.filter(groomer_id__in=groomers), now=now)
        entries += [entry_of(booking, language=language, of_groomer=True) for booking in visits]
    return FeedContent(entries, language, _version_of(entries, language))


def feed_at(secret: str) -> CalendarFeed:
    """Raises NotFound: revoked, or never there."""
    feed = CalendarFeed.objects.filter(digest=digest_of(secret), account__is_active=True).first()
    if feed is None:
        raise NotFound
    return feed


def _soonest_first(bookings: QuerySet[Booking], *, now: datetime) -> QuerySet[Booking]:
    since = now - SHOWN_BACK
    what = Prefetch("treatments", BookedTreatment.objects.select_related("treatment", "dog"))
    shown = bookings.filter(~Q(status=Booking.Status.CANCELLED) | Q(cancelled_at__gt=since), starts_at__gt=since)
    return (
        shown.select_related("groomer__salon", "treatment")
        .prefetch_related(what, "moved")
        .order_by("starts_at", "pk")[:MOST_ENTRIES]
    )


def _version_of(entries: list[Entry], language: str) -> str:
    return hashlib.sha256(repr((_FORM, language, entries)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
