"""What an operator can do to a coupon event. Each act raises the revision and tells the line, in one transaction.

Asking for what already is changes nothing and is no failure: two operators may press the same button.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from coupons.errors import AlreadyOver, NotADraft, NotPublished, UnknownCouponEvent
from coupons.models import USUAL_MAX_WAITING, CouponEvent
from outbox.services import record
from salon_contracts.coupons import CouponEventChangedV1, EventState
from salon_contracts.logs import get_logger
from salon_contracts.problem import InvalidInput

log = get_logger(__name__)

State = CouponEvent.State
OPENS_AT_MOST_AGO = timedelta(days=1)
OPENS_AT_MOST_AHEAD = timedelta(days=366)
LASTS_AT_MOST = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an operator writes down about a drop before it is published."""

    title: str
    quantity: int
    discount_won: int
    opens_at: datetime
    closes_at: datetime
    max_waiting: int = USUAL_MAX_WAITING
    pace_ceiling_per_second: int | None = None


def create_coupon_event(*, terms: Terms, operator_id: int, now: datetime) -> CouponEvent:
    """A draft: nobody but operators hears of it."""
    check_times(terms, now=now)
    event = CouponEvent.objects.create(**asdict(terms), created_by_id=operator_id, created_at=now, changed_at=now)
    log.info("coupon_event_drafted", coupon_event_id=str(event.pk), operator_id=operator_id)
    return event


def change_draft(*, event_id: UUID, terms: Terms, operator_id: int, now: datetime) -> CouponEvent:
    check_times(terms, now=now)
    with transaction.atomic(durable=True):
        event = _locked(event_id)
        if event.state != State.DRAFT:
            raise NotADraft(state=event.state)
        return _change(event, operator_id=operator_id, now=now, **asdict(terms))


def publish(*, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent:
    with transaction.atomic(durable=True):
        event = _locked(event_id)
        if event.state == State.PUBLISHED:
            return event
        if event.state != State.DRAFT:
            raise NotADraft(state=event.state)
        _refuse_if_over(event, now=now)

        _change(event, operator_id=operator_id, now=now, state=State.PUBLISHED)
        return _announce(event, trace_id=trace_id)


def open_now(*, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent:
    """The drop opens by the operator's hand, before its hour."""
    with transaction.atomic(durable=True):
        event = _locked_published(event_id)
        _refuse_if_over(event, now=now)
        if event.opens_at <= now:
            return event

        _change(event, operator_id=operator_id, now=now, opens_at=now)
        return _announce(event, trace_id=trace_id)


def pause(*, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent:
    """The line stands still. Claims that are on their way are answered."""
    return _set_paused(paused=True, event_id=event_id, operator_id=operator_id, now=now, trace_id=trace_id)


def resume(*, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent:
    return _set_paused(paused=False, event_id=event_id, operator_id=operator_id, now=now, trace_id=trace_id)


def close(*, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent:
    """The end, for good: a claim that arrives after this is refused."""
    with transaction.atomic(durable=True):
        event = _locked(event_id)
        if event.state == State.CLOSED:
            return event
        if event.state != State.PUBLISHED:
            raise NotPublished(state=event.state)

        _change(event, operator_id=operator_id, now=now, state=State.CLOSED)
        return _announce(event, trace_id=trace_id)


class Act(Protocol):
    """What all acts on a published event look like; pages and addresses are made from `ACTS`."""

    def __call__(self, *, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent: ...


ActName = Literal["publish", "open", "pause", "resume", "close"]
ACTS: dict[ActName, Act] = {"publish": publish, "open": open_now, "pause": pause, "resume": resume, "close": close}


def _set_paused(*, paused: bool, event_id: UUID, operator_id: int, now: datetime, trace_id: str) -> CouponEvent:
    with transaction.atomic(durable=True):
        event = _locked_published(event_id)
        if event.paused == paused:
            return event

        _change(event, operator_id=operator_id, now=now, paused=paused)
        return _announce(event, trace_id=trace_id)


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


def check_times(terms: Terms, *, now: datetime) -> None:
    """Raises InvalidInput. The forms of the admin ask beforehand, the rules ask anyway."""
    faults: list[tuple[str, str]] = []
    if not now - OPENS_AT_MOST_AGO <= terms.opens_at <= now + OPENS_AT_MOST_AHEAD:
        faults.append(("opens_at", "out-of-range"))
    if terms.closes_at <= terms.opens_at:
        faults.append(("closes_at", "not-after-opening"))
    elif terms.closes_at <= now:
        faults.append(("closes_at", "in-past"))
    elif terms.closes_at > terms.opens_at + LASTS_AT_MOST:
        faults.append(("closes_at", "too-long"))
    if faults:
        raise InvalidInput(errors=[{"field": field, "code": code, "detail": _said(code)} for field, code in faults])


def _said(code: str) -> str:
    ko, en = {
        "out-of-range": ("하루 전부터 1년 뒤 사이에 열 수 있어요", "Opens between a day ago and a year ahead"),
        "not-after-opening": ("여는 시각보다 뒤여야 해요", "Must be after the opening"),
        "in-past": ("이미 지난 시각이에요", "Has already passed"),
        "too-long": ("최대 90일 동안 열 수 있어요", "An event lasts 90 days at most"),
    }[code]
    return en if (get_language() or "ko").startswith("en") else ko


def _change(event: CouponEvent, *, operator_id: int, now: datetime, **changes: Any) -> CouponEvent:
    for field, value in changes.items():
        setattr(event, field, value)
    event.revision += 1
    event.changed_at = now
    event.save(update_fields=[*changes, "revision", "changed_at"])
    log.info(
        "coupon_event_changed",
        coupon_event_id=str(event.pk),
        operator_id=operator_id,
        revision=event.revision,
        fields=sorted(changes),
        state=event.state,
        paused=event.paused,
    )
    return event


def _announce(event: CouponEvent, *, trace_id: str) -> CouponEvent:
    record(
        CouponEventChangedV1(
            coupon_event_id=event.pk,
            revision=event.revision,
            state=EventState(event.state),
            title=event.title,
            quantity=event.quantity,
            opens_at=event.opens_at,
            closes_at=event.closes_at,
            max_waiting=event.max_waiting,
            paused=event.paused,
            pace_ceiling_per_second=event.pace_ceiling_per_second,
            trace_id=trace_id,
        )
    )
    return event
