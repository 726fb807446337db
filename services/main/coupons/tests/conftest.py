"""Coupon events and claims to test with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import Account
from coupons.models import CouponEvent
from salon_contracts.events.coupons import CouponClaimedV1, LineOrder

MakeEvent = Callable[..., CouponEvent]


@pytest.fixture
def make_event(operator: Account) -> MakeEvent:
    """An event that opened a minute ago, published unless said otherwise."""

    def make(
        *,
        quantity: int = 10,
        state: str = CouponEvent.State.PUBLISHED,
        paused: bool = False,
        rehearsal: bool = False,
        line_order: LineOrder = LineOrder.FIFO,
    ) -> CouponEvent:
        now = timezone.now().replace(microsecond=0)
        return CouponEvent.objects.create(
            title="봄맞이 목욕 쿠폰",
            quantity=quantity,
            discount_won=5_000,
            opens_at=now - timedelta(minutes=1),
            closes_at=now + timedelta(hours=1),
            state=state,
            paused=paused,
            rehearsal=rehearsal,
            line_order=line_order,
            created_by=operator,
            created_at=now,
            changed_at=now,
        )

    return make


@pytest.fixture
def event(make_event: MakeEvent) -> CouponEvent:
    return make_event()


@pytest.fixture
def customers(db: None) -> Sequence[Account]:
    """Six of them."""
    return make_customers(6)


def make_customers(count: int) -> list[Account]:
    """Many at once. They cannot sign in."""
    word = uuid4().hex[:12]
    Account.objects.bulk_create(
        Account(email=f"{word}-{number}@daengdaeng.test", password="!", name="콩이 보호자") for number in range(count)
    )
    return list(Account.objects.filter(email__startswith=word).order_by("pk"))


def claim(
    event: CouponEvent | UUID,
    customer: Account | int,
    serial: int,
    *,
    claim_id: str | None = None,
    number: int | None = None,
) -> CouponClaimedV1:
    return CouponClaimedV1(
        coupon_event_id=event.pk if isinstance(event, CouponEvent) else event,
        claim_id=claim_id or f"claim-{uuid4().hex}",
        customer_id=customer.pk if isinstance(customer, Account) else customer,
        number=number or serial,
        serial=serial,
        trace_id="trace-of-claim",
    )
