"""Six coupons with their links, as the rows have them and as a stranger has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Account
from coupons.issue_log.queries import page_of_log
from coupons.issuing.services import issue_coupons
from coupons.models import Coupon, CouponEvent
from coupons.tests.conftest import claim

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)

Log = dict[str, Any]


@pytest.fixture
def issued(event: CouponEvent, customers: Sequence[Account]) -> CouponEvent:
    """Six coupons in three batches, not in the order of their serials."""
    serials = [2, 1, 3, 6, 5, 4]
    asked = [claim(event, person, serial) for person, serial in zip(customers, serials, strict=True)]
    for batch in (asked[:3], asked[3:4], asked[4:]):
        issue_coupons(claims=batch, now=NOW)
    return event


@pytest.fixture
def published(issued: CouponEvent) -> Log:
    """As a stranger has it: through JSON."""
    log: Log = json.loads(json.dumps(page_of_log(event_id=issued.pk, after=0, limit=100)))
    return log


def unsaved_coupon(event: CouponEvent, person: Account, serial: int) -> Coupon:
    return Coupon(event=event, customer=person, serial=serial, number=serial, issued_at=NOW, expires_at=NOW)


def drop_a_link(log: Log) -> None:
    del log["items"][2]
