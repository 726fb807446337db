"""Making the address of a feed, and taking it back."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from api.callers.acting import By
from api.language import asked_language
from calendars.errors import TooManyFeeds
from calendars.models import CalendarFeed
from idempotency.errors import WhatItMadeIsGone
from idempotency.services import made_by_same_request, note_carried_out
from salon_contracts.http.problem import NotFound

MAX_FEEDS = 10


class Made(NamedTuple):
    """`secret` is nowhere else: it is shown once."""

    feed: CalendarFeed
    secret: str
    is_new: bool


def make_feed(*, by: By) -> Made:
    """The same request again gives that feed with another secret, as that of the lost answer was read by nobody.

    Raises TooManyFeeds, KeyUsedForAnother, WhatItMadeIsGone.
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        mine = CalendarFeed.objects.filter(account_id=by.account_id)
        if (made := made_by_same_request(by=by)) is not None:
            feed = mine.filter(pk=made).first()
            if feed is None:
                raise WhatItMadeIsGone
            feed.digest = digest_of(secret)
            feed.save(update_fields=["digest"])
            return Made(feed, secret, is_new=False)
        if mine.count() >= MAX_FEEDS:
            raise TooManyFeeds(max_feeds=MAX_FEEDS)
        feed = CalendarFeed.objects.create(
            account_id=by.account_id, digest=digest_of(secret), language=asked_language(), made_at=by.now
        )
        note_carried_out(feed.pk, by=by)
    return Made(feed, secret, is_new=True)


def revoke_feed(feed_id: UUID, *, by: By) -> None:
    """From now on its address is nobody's. Raises NotFound, also a second time."""
    gone, _ = CalendarFeed.objects.filter(account_id=by.account_id, pk=feed_id).delete()
    if not gone:
        raise NotFound


def digest_of(secret: str) -> str:
    """It is drawn from 256 bits, so that nobody finds it by trying."""
    return hashlib.sha256(secret.encode()).hexdigest()
