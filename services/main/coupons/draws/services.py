"""Main's half of a lottery: it keeps the seed, takes the list of who takes part, and only then reveals the seed.

How the order follows from both is said in `salon_contracts/verify/draw.py`; why it is done so, in docs/decisions/0011.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from coupons.events.publishing import announce
from coupons.models import CouponEvent
from coupons.models.draw import ENTRIES_A_ROW, Draw, DrawPage
from salon_contracts.events.coupons import DrawEntriesShutV1, LineOrder
from salon_contracts.verify.draw import commitment_of, digest_of
from salon_kit.logs import get_logger

log = get_logger(__name__)

ROWS_A_STATEMENT = 20


def begin_draw(event: CouponEvent) -> None:
    """Make the seed of a lottery that is being published. Its caller holds the event's row."""
    if event.line_order == LineOrder.LOTTERY:
        seed = secrets.token_hex(32)
        commitment = commitment_of(event_id=str(event.pk), seed=seed)
        Draw.objects.create(event=event, seed=seed, commitment=commitment)


def take_entries(*, shut: DrawEntriesShutV1, now: datetime) -> None:
    """Store one page of a list of entries. The first list that is whole and right is the draw's, and reveals the seed.

    What comes for a draw that was revealed, or that will never be, changes nothing. A list that is wrong is removed, so
    that the same list can be told again.
    """
    draw_log = log.bind(coupon_event_id=str(shut.coupon_event_id), entries_digest=shut.entries_digest)
    with transaction.atomic(durable=True):
        event = _locked_before_reveal(shut.coupon_event_id)
        if event is None:
            draw_log.info("draw_entries_not_awaited", page=shut.page)
            return
        _store(shut)
        entries = _whole_list(shut)
        if entries is None:
            return
        if fault := _fault_of(entries, shut):
            _pages_of(shut).delete()
            draw_log.error("draw_entries_refused", reason=fault, entries=len(entries))
            return
        _reveal(event, shut, sorted(entries), now=now)
    draw_log.info("draw_revealed", entries=len(entries))


def _locked_before_reveal(event_id: UUID) -> CouponEvent | None:
    """The event under its lock, in which all of it is done. None if no entries are awaited."""
    event = CouponEvent.objects.select_for_update().filter(pk=event_id).first()
    if event is None or event.line_order != LineOrder.LOTTERY or event.state != CouponEvent.State.PUBLISHED:
        return None
    return None if event.draw.is_revealed else event


def _store(shut: DrawEntriesShutV1) -> None:
    # The page told last counts: a wrong one that came first does not keep the right one out.
    _pages_of(shut).filter(page=shut.page).delete()
    DrawPage.objects.create(
        event_id=shut.coupon_event_id,
        entries_digest=shut.entries_digest,
        pages=shut.pages,
        page=shut.page,
        packed=DrawPage.pack(shut.entries),
    )


def _pages_of(shut: DrawEntriesShutV1) -> QuerySet[DrawPage]:
    return DrawPage.objects.filter(event_id=shut.coupon_event_id, entries_digest=shut.entries_digest, pages=shut.pages)


def _whole_list(shut: DrawEntriesShutV1) -> list[str] | None:
    pages = _pages_of(shut).filter(page__lte=shut.pages)
    if pages.count() < shut.pages:
        return None
    return [entry for page in pages.iterator(chunk_size=ROWS_A_STATEMENT) for entry in page.unpacked()]


def _fault_of(entries: Sequence[str], shut: DrawEntriesShutV1) -> str | None:
    if len(set(entries)) != len(entries):
        return "an entry stands in it twice"
    if digest_of(event_id=str(shut.coupon_event_id), entries=entries) != shut.entries_digest:
        return "its digest is another"
    return None


def _reveal(event: CouponEvent, shut: DrawEntriesShutV1, entries: Sequence[str], *, now: datetime) -> None:
    """Keep these entries and no others, and tell the seed with their digest."""
    DrawPage.objects.filter(event_id=event.pk).delete()
    starts = range(0, len(entries), ENTRIES_A_ROW)
    rows = (
        DrawPage(
            event_id=event.pk,
            entries_digest=shut.entries_digest,
            pages=len(starts),
            page=number,
            packed=DrawPage.pack(entries[start : start + ENTRIES_A_ROW]),
        )
        for number, start in enumerate(starts, start=1)
    )
    DrawPage.objects.bulk_create(rows, batch_size=ROWS_A_STATEMENT)
    draw = event.draw
    draw.entries_digest, draw.entries, draw.revealed_at = shut.entries_digest, len(entries), now
    draw.save(update_fields=["entries_digest", "entries", "revealed_at"])

    # No act of an operator: it raises the revision and has no entry in the audit log.
    event.revision += 1
    event.changed_at = now
    event.save(update_fields=["revision", "changed_at"])
    announce(event)
