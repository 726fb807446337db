"""What an operator can do to a coupon event.

Each act raises the revision, tells the line and stands in the audit log, in one transaction. Asking for what already
is changes nothing, leaves no entry and is no failure: two operators may press the same button.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from api.callers.acting import By
from coupons.draws.services import begin_draw
from coupons.errors import AlreadyOver, NotADraft, NotPublished
from coupons.events.publishing import announce
from coupons.models import CouponEvent
from coupons.operating.audit import Audited, note_act
from coupons.operating.terms import Terms, check_times
from idempotency.services import made_by_same_request, note_carried_out
from salon_contracts.http.problem import UnknownCouponEvent
from salon_kit.logs import get_logger

log = get_logger(__name__)

State = CouponEvent.State


def create_coupon_event(*, terms: Terms, by: By) -> CouponEvent:
    """A draft: nobody but operators hears of it. Raises KeyUsedForAnother."""
    return _create(terms, rehearsal=False, by=by)


def create_rehearsal(*, terms: Terms, by: By) -> CouponEvent:
    """A draft that stays a rehearsal for good: published, it is there for simulated customers only."""
    return _create(terms, rehearsal=True, by=by)


def _create(terms: Terms, *, rehearsal: bool, by: By) -> CouponEvent:
    check_times(terms, now=by.now)
    became = {**asdict(terms), **({"rehearsal": True} if rehearsal else {})}
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        if (made := made_by_same_request(by=by)) is not None:
            return CouponEvent.objects.get(pk=made)
        event = CouponEvent.objects.create(**became, created_by_id=by.account_id, created_at=by.now, changed_at=by.now)
        note_act(
            event=event,
            act="create",
            was={},
            became=became,
            by=by,
        )
        note_carried_out(event.pk, by=by)
    log.info("coupon_event_drafted", coupon_event_id=str(event.pk), operator_id=by.account_id)
    return event


def change_draft(*, event_id: UUID, terms: Terms, by: By) -> CouponEvent:
    check_times(terms, now=by.now)
    with transaction.atomic(durable=True):
        event = _locked(event_id)
        if event.state != State.DRAFT:
            raise NotADraft(state=event.state)
        return _change(event, "change", by=by, **asdict(terms))


def publish(*, event_id: UUID, by: By) -> CouponEvent:
    with transaction.atomic(durable=True):
        event = _locked(event_id)
        if event.state == State.PUBLISHED:
            return event
        if event.state != State.DRAFT:
            raise NotADraft(state=event.state)
        _refuse_if_over(event, now=by.now)

        _change(event, "publish", by=by, state=State.PUBLISHED)
        begin_draw(event)
        return announce(event)


def open_now(*, event_id: UUID, by: By) -> CouponEvent:
    """The drop opens by the operator's hand, before its hour."""
    with transaction.atomic(durable=True):
        event = _locked_published(event_id)
        _refuse_if_over(event, now=by.now)
        if event.opens_at <= by.now:
            return event

        _change(event, "open", by=by, opens_at=by.now)
        return announce(event)


def pause(*, event_id: UUID, by: By) -> CouponEvent:
    """The line stands still. Claims that are on their way are answered."""
    return _set_paused(paused=True, event_id=event_id, by=by)


def resume(*, event_id: UUID, by: By) -> CouponEvent:
    return _set_paused(paused=False, event_id=event_id, by=by)


def close(*, event_id: UUID, by: By) -> CouponEvent:
    """The end, for good: a claim that arrives after this is refused."""
    with transaction.atomic(durable=True):
        event = _locked(event_id)
        if event.state == State.CLOSED:
            return event
        if event.state != State.PUBLISHED:
            raise NotPublished(state=event.state)

        _change(event, "close", by=by, state=State.CLOSED)
        return announce(event)


def set_pace(*, event_id: UUID, ceiling_per_second: int | None, by: By) -> CouponEvent:
    """At most so many people are served a second; None lifts the ceiling."""
    with transaction.atomic(durable=True):
        event = _locked_published(event_id)
        if event.pace_ceiling_per_second == ceiling_per_second:
            return event

        changes = {"pace_ceiling_per_second": ceiling_per_second}
        _change(event, "pace", by=by, **changes)
        return announce(event)


def set_message(*, event_id: UUID, ko: str, en: str, by: By) -> CouponEvent:
    """Everybody in the line reads it with the next frame; two empty texts take it back."""
    with transaction.atomic(durable=True):
        event = _locked_published(event_id)
        if (event.message_ko, event.message_en) == (ko, en):
            return event

        _change(event, "message", by=by, message_ko=ko, message_en=en)
        return announce(event)


class Act(Protocol):
    """What all acts on a published event look like; pages and addresses are made from `ACTS`."""

    def __call__(self, *, event_id: UUID, by: By) -> CouponEvent: ...


ActName = Literal["publish", "open", "pause", "resume", "close"]
ACTS: dict[ActName, Act] = {"publish": publish, "open": open_now, "pause": pause, "resume": resume, "close": close}


def _set_paused(*, paused: bool, event_id: UUID, by: By) -> CouponEvent:
    with transaction.atomic(durable=True):
        event = _locked_published(event_id)
        if event.paused == paused:
            return event

        act: Audited = "pause" if paused else "resume"
        _change(event, act, by=by, paused=paused)
        return announce(event)


def _locked(event_id: UUID) -> CouponEvent:
    event = CouponEvent.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise UnknownCouponEvent
    return event


def _locked_published(event_id: UUID) -> CouponEvent:
    event = _locked(event_id)
    if event.state != State.PUBLISHED:
        raise NotPublished(state=event.state)
    return event


def _refuse_if_over(event: CouponEvent, *, now: datetime) -> None:
    if event.closes_at <= now:
        raise AlreadyOver(closes_at=event.closes_at.isoformat())


def _change(event: CouponEvent, act: Audited, *, by: By, **changes: Any) -> CouponEvent:
    was = {field: getattr(event, field) for field in changes}
    for field, value in changes.items():
        setattr(event, field, value)
    event.revision += 1
    event.changed_at = by.now
    event.save(update_fields=[*changes, "revision", "changed_at"])
    note_act(event=event, act=act, was=was, became=changes, by=by)
    log.info(
        "coupon_event_changed",
        coupon_event_id=str(event.pk),
        operator_id=by.account_id,
        revision=event.revision,
        fields=sorted(changes),
        state=event.state,
        paused=event.paused,
    )
    return event
