"""A lottery that waits for its list, and what is known of its seed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.utils import timezone

from api.callers.acting import By
from coupons.draws.services import take_entries
from coupons.models import CouponEvent
from coupons.models.draw import DrawPage
from coupons.tests.conftest import MakeEvent
from coupons.tests.lotteries import published_lottery, published_of
from salon_contracts.events.coupons import Draw as PublishedDraw
from salon_contracts.events.coupons import DrawEntriesShutV1
from salon_kit.tracing import traced


@pytest.fixture
def lottery(make_event: MakeEvent) -> CouponEvent:
    return published_lottery(make_event)


def take(pages: Sequence[DrawEntriesShutV1]) -> None:
    for page in pages:
        with traced(page.trace_id):
            take_entries(shut=page, now=timezone.now())


def by(event: CouponEvent) -> By:
    return By(event.created_by_id, timezone.now())


def kept(event: CouponEvent) -> list[str]:
    return [entry for page in DrawPage.objects.filter(event=event).order_by("page") for entry in page.unpacked()]


def assert_secret(event: CouponEvent) -> None:
    """Nothing is told but the commitment, and no entry is kept as the draw's."""
    event.refresh_from_db()
    assert not event.draw.is_revealed
    assert {one.draw for one in published_of(event)} == {PublishedDraw(commitment=event.draw.commitment)}
