"""How a claim becomes a coupon: the second of the two places that hold the quantity (the first is the line's stock).

A batch is answered in one transaction, under the locks of its events' rows, with a fixed number of queries.
An answer never changes: a claim that comes again, alone or in any other batch, hears what it heard before.
A rehearsal goes the same way with the same queries, but its rows are `RehearsedCoupon`s and its customers are nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.sessions.standing import Standing
from coupons import metrics
from coupons.issue_log.services import append_links
from coupons.issuing.eligibility import customers_of, may_have_coupon
from coupons.models import Coupon, CouponEvent, RefusedClaim, RehearsedCoupon
from outbox.services import record_all
from salon_contracts.events.coupons import CouponClaimedV1, CouponIssuedV1, CouponRefusedV1, RefusalReason, is_simulated
from salon_kit.logs import get_logger

log = get_logger(__name__)

COUPON_IS_VALID_FOR = timedelta(days=30)
MOST_TRIES = 3
FIRST_SERIAL = 1

Answer = CouponIssuedV1 | CouponRefusedV1
Unit = Coupon | RehearsedCoupon


@dataclass(frozen=True)
class Outcome:
    """The answers in the order of their claims."""

    answers: tuple[Answer, ...] = ()

    @property
    def issued(self) -> tuple[CouponIssuedV1, ...]:
        return tuple(answer for answer in self.answers if isinstance(answer, CouponIssuedV1))

    @property
    def refused(self) -> tuple[CouponRefusedV1, ...]:
        return tuple(answer for answer in self.answers if isinstance(answer, CouponRefusedV1))


def issue_coupons(*, claims: Sequence[CouponClaimedV1], now: datetime) -> Outcome:
    """Answer each claim with its coupon or with the reason why not, and record the answers in the outbox.

    Two issuers at once, as after a rebalance, wait for each other at the event's row.
    """
    outcome = Outcome(answers=_answer_all(claims, now=now))
    log.info("claims_answered", issued=len(outcome.issued), refused=len(outcome.refused))
    return outcome


def _answer_all(claims: Sequence[CouponClaimedV1], *, now: datetime) -> tuple[Answer, ...]:
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            with transaction.atomic(durable=True):
                ledger = _open_ledger(claims, now=now)
                answers = tuple(ledger.answer(claim) for claim in claims)
                Coupon.objects.bulk_create(ledger.new_coupons)
                RehearsedCoupon.objects.bulk_create(ledger.new_rehearsed)
                append_links(ledger.new_coupons, events=ledger.events)
                RefusedClaim.objects.bulk_create(ledger.new_refusals)
                record_all(answers)
            _count(ledger.new_coupons)
            return answers
        except IntegrityError:
            # The events are locked, but not the accounts: one was deleted while we wrote. Look again.
            if not tries_left:
                raise
            log.warning("claims_answered_again", claims=len(claims))
    raise AssertionError("unreachable")


def _count(new_coupons: Sequence[Coupon]) -> None:
    """After the commit: what was answered before, or was taken back, is not counted."""
    metrics.issued.inc(len(new_coupons))
    metrics.drops_begun.inc(sum(coupon.serial == FIRST_SERIAL for coupon in new_coupons))


def _open_ledger(claims: Sequence[CouponClaimedV1], *, now: datetime) -> _Ledger:
    """Lock first, then read: what is read after the lock stays true until the commit."""
    event_ids = {claim.coupon_event_id for claim in claims}
    customer_ids = {claim.customer_id for claim in claims}
    # In the order of their ids, so that two issuers cannot wait for each other in a circle.
    events = CouponEvent.objects.select_for_update().filter(pk__in=event_ids).order_by("pk")
    ledger = _Ledger(now=now, events={event.pk: event for event in events})

    for units in _issued_units_of(ledger.events.values()):
        for coupon in units.filter(customer_id__in=customer_ids):
            ledger.by_customer[coupon.event_id, coupon.customer_id] = coupon
        ledger.taken.update(
            units.filter(serial__in={claim.serial for claim in claims}).values_list("event_id", "serial")
        )
    ledger.customers = customers_of(customer_ids, events=ledger.events.values())
    refusals = RefusedClaim.objects.filter(event_id__in=event_ids, claim_id__in={claim.claim_id for claim in claims})
    for refusal in refusals:
        key = (refusal.event_id, refusal.claim_id, refusal.customer_id, refusal.serial)
        ledger.refused[key] = RefusalReason(refusal.reason)
    return ledger


def _issued_units_of(events: Collection[CouponEvent]) -> Iterator[QuerySet[Any]]:
    """What was issued in these events, real and rehearsed; a table that none of them uses is not asked."""
    real = [event.pk for event in events if not event.rehearsal]
    rehearsed = [event.pk for event in events if event.rehearsal]
    if real:
        yield Coupon.objects.filter(event_id__in=real)
    if rehearsed:
        yield RehearsedCoupon.objects.filter(event_id__in=rehearsed)


@dataclass
class _Ledger:
    """What is known about the claims of one batch, kept true while they are answered one after the other."""

    now: datetime
    events: dict[UUID, CouponEvent]
    customers: dict[int, Standing] = field(default_factory=dict)
    by_customer: dict[tuple[UUID, int], Unit] = field(default_factory=dict)
    taken: set[tuple[UUID, int]] = field(default_factory=set)
    refused: dict[tuple[UUID, str, int, int], RefusalReason] = field(default_factory=dict)
    new_coupons: list[Coupon] = field(default_factory=list)
    new_rehearsed: list[RehearsedCoupon] = field(default_factory=list)
    new_refusals: list[RefusedClaim] = field(default_factory=list)

    def answer(self, claim: CouponClaimedV1) -> Answer:
        key = (claim.coupon_event_id, claim.claim_id, claim.customer_id, claim.serial)
        if reason := self.refused.get(key):
            return _refused(claim, reason)
        coupon = self.by_customer.get((claim.coupon_event_id, claim.customer_id))
        if coupon is not None and coupon.serial == claim.serial:
            return _issued(claim, coupon)
        if reason := self._reason_against(claim):
            self.refused[key] = reason
            self.new_refusals.append(_refusal(claim, reason, now=self.now))
            return _refused(claim, reason)
        return _issued(claim, self._issue(claim))

    def _reason_against(self, claim: CouponClaimedV1) -> RefusalReason | None:
        """By what is stored only, never by the time: an outage of ours must not cost a customer who was served."""
        event = self.events.get(claim.coupon_event_id)
        if event is None or event.state == CouponEvent.State.DRAFT:
            return RefusalReason.UNKNOWN_EVENT
        if event.state == CouponEvent.State.CLOSED:
            return RefusalReason.EVENT_CLOSED
        if not (is_simulated(claim.customer_id) if event.rehearsal else claim.customer_id in self.customers):
            return RefusalReason.UNKNOWN_CUSTOMER
        if not event.rehearsal and not may_have_coupon(event, self.customers[claim.customer_id]):
            return RefusalReason.NOT_ELIGIBLE
        if (claim.coupon_event_id, claim.customer_id) in self.by_customer:
            return RefusalReason.ALREADY_HAS_COUPON
        # A serial past the quantity is no unit at all, so it must not go back to the line either.
        if claim.serial > event.quantity or (claim.coupon_event_id, claim.serial) in self.taken:
            return RefusalReason.SERIAL_TAKEN
        return None

    def _issue(self, claim: CouponClaimedV1) -> Unit:
        facts: dict[str, Any] = {
            "event_id": claim.coupon_event_id,
            "customer_id": claim.customer_id,
            "serial": claim.serial,
            "number": claim.number,
            "claim_id": claim.claim_id,
            "issued_at": self.now,
            "expires_at": self.now + COUPON_IS_VALID_FOR,
        }
        coupon: Unit
        if self.events[claim.coupon_event_id].rehearsal:
            coupon = RehearsedCoupon(**facts)
            self.new_rehearsed.append(coupon)
        else:
            coupon = Coupon(**facts)
            self.new_coupons.append(coupon)
        self.by_customer[claim.coupon_event_id, claim.customer_id] = coupon
        self.taken.add((claim.coupon_event_id, claim.serial))
        return coupon


def _issued(claim: CouponClaimedV1, coupon: Unit) -> CouponIssuedV1:
    return CouponIssuedV1(
        coupon_event_id=claim.coupon_event_id,
        claim_id=claim.claim_id,
        coupon_id=coupon.pk,
        customer_id=claim.customer_id,
        number=claim.number,
        serial=claim.serial,
        trace_id=claim.trace_id,
    )


def _refused(claim: CouponClaimedV1, reason: RefusalReason) -> CouponRefusedV1:
    return CouponRefusedV1(
        coupon_event_id=claim.coupon_event_id,
        claim_id=claim.claim_id,
        customer_id=claim.customer_id,
        number=claim.number,
        serial=claim.serial,
        reason=reason,
        trace_id=claim.trace_id,
    )


def _refusal(claim: CouponClaimedV1, reason: RefusalReason, *, now: datetime) -> RefusedClaim:
    return RefusedClaim(
        event_id=claim.coupon_event_id,
        claim_id=claim.claim_id,
        customer_id=claim.customer_id,
        serial=claim.serial,
        reason=reason.value,
        refused_at=now,
    )
