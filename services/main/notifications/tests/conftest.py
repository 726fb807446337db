"""Events of which people are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Account
from conftest import MakeAccount
from salon_contracts.events.bookings import BookingCancelledV1, BookingConfirmedV1, BookingRescheduledV1
from salon_contracts.events.coupons import CouponIssuedV1

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def groomer(make_account: MakeAccount) -> Account:
    return make_account(role="groomer", name="초코 원장")


def confirmed(customer: Account, groomer: Account) -> BookingConfirmedV1:
    return BookingConfirmedV1(
        booking_id=uuid4(),
        customer_id=customer.pk,
        groomer_id=1,
        groomer_account_id=groomer.pk,
        salon_name="몽실살롱",
        treatment_name="전체 미용",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=2),
        trace_id="t",
    )


def cancelled(customer: Account, groomer: Account, by: Account) -> BookingCancelledV1:
    return BookingCancelledV1(
        booking_id=uuid4(),
        customer_id=customer.pk,
        groomer_id=1,
        groomer_account_id=groomer.pk,
        salon_name="몽실살롱",
        treatment_name="전체 미용",
        starts_at=NOW + timedelta(days=1),
        cancelled_by=by.pk,
        trace_id="t",
    )


def rescheduled(customer: Account, groomer: Account) -> BookingRescheduledV1:
    return BookingRescheduledV1(
        booking_id=uuid4(),
        customer_id=customer.pk,
        groomer_id=1,
        groomer_account_id=groomer.pk,
        salon_name="몽실살롱",
        treatment_name="전체 미용",
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, hours=2),
        moved_from=NOW + timedelta(days=1),
        sequence=1,
        trace_id="t",
    )


def issued(customer: Account | int, **changed: Any) -> CouponIssuedV1:
    fields: dict[str, Any] = {
        "coupon_event_id": uuid4(),
        "claim_id": "c-1",
        "coupon_id": uuid4(),
        "customer_id": customer.pk if isinstance(customer, Account) else customer,
        "number": 4,
        "serial": 4,
        "trace_id": "t",
    }
    return CouponIssuedV1(**{**fields, **changed})
