"""The issue log: one hash-chained link for each coupon, written in the transaction that issues it.

What a hash covers is said in `verify_issue_log.py`, which needs nothing of ours; docs/decisions/ says what it proves.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from coupons.models import Coupon, CouponEvent
from coupons.models.issue_log import IssueLink, IssueLog
from coupons.queries import coupon_event_for
from salon_contracts.verify.issue_log import FACTS, TERMS, Check, link_hash, opening_hash

CHUNK = 2_000


def append_links(coupons: Sequence[Coupon], *, events: Mapping[UUID, CouponEvent]) -> None:
    """Chain new coupons in the order given. The caller holds the locks of the rows of `events`: nobody else appends."""
    if not coupons:
        return
    event_ids = list(dict.fromkeys(coupon.event_id for coupon in coupons))
    logs = {log.pk: log for log in _logs_with_heads(event_ids)}
    new_logs = [_opened(events[event_id]) for event_id in event_ids if event_id not in logs]
    logs.update((log.pk, log) for log in new_logs)
    heads = {
        pk: (getattr(log, "length", None) or 0, getattr(log, "head", None) or log.hash) for pk, log in logs.items()
    }
    rows = []
    for coupon in coupons:
        length, head = heads[coupon.event_id]
        link = _link_of(coupon, sequence=length + 1, key=logs[coupon.event_id].pseudonym_key)
        chained = link_hash(head, str(coupon.event_id), link)
        heads[coupon.event_id] = length + 1, chained
        moment = connection.ops.adapt_datetimefield_value(coupon.issued_at)
        stored = {**link, "coupon_id": coupon.pk.hex, "issued_at": moment}
        rows.append((coupon.event_id.hex, *(stored[name] for name in FACTS), chained))
    IssueLog.objects.bulk_create(new_logs)
    _write(rows)


def _write(rows: Sequence[tuple[Any, ...]]) -> None:
    """By hand: of 35 ms that the log took for 500 coupons, bulk_create spent 14 in Python (best of 24 batches)."""
    names = ("event_id", *FACTS, "hash")
    row = f"({', '.join(['%s'] * len(names))})"
    table = IssueLink._meta.db_table  # noqa: SLF001  # Django's public name
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * len(rows))}",  # noqa: S608  # our own names
            [value for values in rows for value in values],
        )


def pseudonym_of(customer_id: int, *, key: str) -> str:
    return hmac.digest(bytes.fromhex(key), str(customer_id).encode(), hashlib.sha256).hex()


def page_of_log(*, event_id: UUID, after: int, limit: int) -> dict[str, Any]:
    """Links after sequence `after`, with the terms and the head. Before the first coupon there are no terms.

    Raises UnknownCouponEvent.
    """
    event = coupon_event_for(event_id=event_id, sees_drafts=False)
    log = _logs_with_heads([event.pk]).first()
    if log is None:
        nothing = {"terms": None, "opening": None, "length": 0, "head": None}
        return {"coupon_event_id": str(event.pk), **nothing, "items": [], "next": None}
    # Not past the head that is told here: links may be added while we read.
    length = log.length or 0
    links = _links_of(event_id).filter(sequence__gt=after, sequence__lte=length)[:limit]
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
    for chunk in _chunks(_links_of(event_id)):
        coupons = event.coupons.in_bulk([link.coupon_id for link in chunk])
        for link in chunk:
            yield from check.faults_of({**facts_of(link), "hash": link.hash})
            yield from _faults_of_coupon(link, coupons.get(link.coupon_id), key=log.pseudonym_key)
        logged.update(link.coupon_id for link in chunk)
    for pk, serial in event.coupons.order_by("serial").values_list("pk", "serial").iterator(chunk_size=CHUNK):
        if pk not in logged:
            yield f"coupon {pk} with serial {serial} has no link: it was not issued by the issuer"


def terms_of(log: IssueLog | CouponEvent) -> dict[str, Any]:
    return {name: _plain(getattr(log, name)) for name in TERMS}


def facts_of(link: IssueLink) -> dict[str, Any]:
    return {name: _plain(getattr(link, name)) for name in FACTS}


def _plain(value: Any) -> Any:
    """As it is hashed and published. Times are in UTC with six decimals, always."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value) if isinstance(value, UUID) else value


def _logs_with_heads(event_ids: Sequence[UUID]) -> QuerySet[Any]:
    """Each log that there is, with `length` and `head` of its last link, in one query."""
    last = IssueLink.objects.filter(event_id=OuterRef("pk")).order_by("-sequence")
    return IssueLog.objects.filter(pk__in=event_ids).annotate(
        length=Subquery(last.values("sequence")[:1]), head=Subquery(last.values("hash")[:1])
    )


def _links_of(event_id: UUID) -> QuerySet[IssueLink]:
    return IssueLink.objects.filter(event_id=event_id).order_by("sequence")


def _chunks(links: QuerySet[IssueLink]) -> Iterator[list[IssueLink]]:
    done = -1
    while chunk := list(links.filter(sequence__gt=done)[:CHUNK]):
        yield chunk
        done = chunk[-1].sequence


def _opened(event: CouponEvent) -> IssueLog:
    return IssueLog(
        event=event,
        **{name: getattr(event, name) for name in TERMS},
        pseudonym_key=secrets.token_hex(32),
        hash=opening_hash(str(event.pk), terms_of(event)),
    )


def _link_of(coupon: Coupon, *, sequence: int, key: str) -> dict[str, Any]:
    """The facts of a new link, as they are hashed and published."""
    return {
        "sequence": sequence,
        "serial": coupon.serial,
        "number": coupon.number,
        "customer": pseudonym_of(coupon.customer_id, key=key),
        "coupon_id": str(coupon.pk),
        "issued_at": _plain(coupon.issued_at),
    }


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
    told = facts_of(link)
    held = {
        "serial": coupon.serial,
        "number": coupon.number,
        "customer": pseudonym_of(coupon.customer_id, key=key),
        "issued_at": _plain(coupon.issued_at),
    }
    for name, value in held.items():
        if told[name] != value:
            yield f"{name} of link {link.sequence} is {told[name]}, but its coupon says {value}"
