"""Reading the issue log, as it is hashed and published."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from coupons.events.queries import coupon_event_for
from coupons.models import CouponEvent
from coupons.models.issue_log import IssueLink, IssueLog
from salon_contracts.verify.issue_log import FACTS, TERMS


def page_of_log(*, event_id: UUID, after: int, limit: int) -> dict[str, Any]:
    """Links after sequence `after`, with the terms and the head. Before the first coupon there are no terms.

    Raises UnknownCouponEvent.
    """
    event = coupon_event_for(event_id=event_id, sees_drafts=False)
    log = logs_with_heads([event.pk]).first()
    if log is None:
        nothing = {"terms": None, "opening": None, "length": 0, "head": None}
        return {"coupon_event_id": str(event.pk), **nothing, "items": [], "next": None}
    # Not past the head that is told here: links may be added while we read.
    length = log.length or 0
    links = links_of(event_id).filter(sequence__gt=after, sequence__lte=length)[:limit]
    items = [{**facts_of(link), "hash": link.hash} for link in links]
    more = bool(items) and items[-1]["sequence"] < length
    return {
        "coupon_event_id": str(event.pk),
        "terms": terms_of(log),
        "opening": log.hash,
        "length": length,
        "head": log.head or log.hash,
        "items": items,
        "next": items[-1]["sequence"] if more else None,
    }


def terms_of(log: IssueLog | CouponEvent) -> dict[str, Any]:
    return {name: plain(getattr(log, name)) for name in TERMS}


def facts_of(link: IssueLink) -> dict[str, Any]:
    return {name: plain(getattr(link, name)) for name in FACTS}


def plain(value: Any) -> Any:
    """As it is hashed and published. Times are in UTC with six decimals, always."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value) if isinstance(value, UUID) else value


def logs_with_heads(event_ids: Sequence[UUID]) -> QuerySet[Any]:
    """Each log that there is, with `length` and `head` of its last link, in one query."""
    last = IssueLink.objects.filter(event_id=OuterRef("pk")).order_by("-sequence")
    return IssueLog.objects.filter(pk__in=event_ids).annotate(
        length=Subquery(last.values("sequence")[:1]), head=Subquery(last.values("hash")[:1])
    )


def links_of(event_id: UUID) -> QuerySet[IssueLink]:
    return IssueLink.objects.filter(event_id=event_id).order_by("sequence")


def pseudonym_of(customer_id: int, *, key: str) -> str:
    return hmac.digest(bytes.fromhex(key), str(customer_id).encode(), hashlib.sha256).hex()
