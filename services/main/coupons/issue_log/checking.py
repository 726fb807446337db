"""Does the log still tell what it told, and do the coupons tell the same? `manage.py verify_issue_log` asks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from coupons.events.queries import coupon_event_for
from coupons.issue_log.queries import facts_of, links_of, plain, pseudonym_of, terms_of
from coupons.models import Coupon, CouponEvent
from coupons.models.issue_log import IssueLink, IssueLog
from salon_contracts.verify.issue_log import Check

CHUNK = 2_000


def faults_in_mysql(*, event_id: UUID) -> Iterator[str]:
    """What is wrong with the chain, and where it and the coupons tell different stories. Raises UnknownCouponEvent."""
    event = coupon_event_for(event_id=event_id, sees_drafts=True)
    log = IssueLog.objects.filter(pk=event_id).first()
    if log is None:
        count = event.coupons.count()
        if count:
            yield f"there is no log, but there are {count} coupons"
        return
    yield from _faults_of_terms(log, event)
    check = Check(event_id=str(event.pk), terms=terms_of(log), opening=log.hash)
    yield from check.opening_faults()
    logged: set[UUID] = set()
    for chunk in _chunks(links_of(event_id)):
        coupons = event.coupons.in_bulk([link.coupon_id for link in chunk])
        for link in chunk:
            yield from check.faults_of({**facts_of(link), "hash": link.hash})
            yield from _faults_of_coupon(link, coupons.get(link.coupon_id), key=log.pseudonym_key)
        logged.update(link.coupon_id for link in chunk)
    for pk, serial in event.coupons.order_by("serial").values_list("pk", "serial").iterator(chunk_size=CHUNK):
        if pk not in logged:
            yield f"coupon {pk} with serial {serial} has no link: it was not issued by the issuer"


def _chunks(links: QuerySet[IssueLink]) -> Iterator[list[IssueLink]]:
    done = -1
    while chunk := list(links.filter(sequence__gt=done)[:CHUNK]):
        yield chunk
        done = chunk[-1].sequence


def _faults_of_terms(log: IssueLog, event: CouponEvent) -> Iterator[str]:
    # The times may be moved by the operator, who may open early; these two may not.
    for name in ("quantity", "discount_won"):
        logged, now = getattr(log, name), getattr(event, name)
        if logged != now:
            yield f"{name} was {logged} when the first coupon was issued and is {now} now"


def _faults_of_coupon(link: IssueLink, coupon: Coupon | None, *, key: str) -> Iterator[str]:
    if coupon is None:
        yield f"the coupon of link {link.sequence}, serial {link.serial}, is gone"
        return
    logged = facts_of(link)
    held = {
        "serial": coupon.serial,
        "number": coupon.number,
        "customer": pseudonym_of(coupon.customer_id, key=key),
        "issued_at": plain(coupon.issued_at),
    }
    for name, value in held.items():
        if logged[name] != value:
            yield f"{name} of link {link.sequence} is {logged[name]}, but its coupon says {value}"
