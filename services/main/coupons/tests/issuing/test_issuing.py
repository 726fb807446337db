"""A claim becomes a coupon, or hears why not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from accounts.models import Account
from coupons.issuing.services import COUPON_IS_VALID_FOR, issue_coupons
from coupons.models import Coupon, CouponEvent, RefusedClaim
from coupons.tests.conftest import MakeEvent, claim, make_customers
from outbox.models import OutboxRow
from salon_contracts.events.coupons import (
    ON_COUPON_CLAIMS,
    ON_COUPONS,
    CouponClaimedV1,
    CouponIssuedV1,
    CouponRefusedV1,
    RefusalReason,
)
from salon_contracts.events.reading import UnreadableRecord, read_event

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def _recorded() -> list[CouponIssuedV1 | CouponRefusedV1]:
    rows = OutboxRow.objects.filter(topic="coupons").order_by("pk")
    return [read_event(bytes(row.value), known=ON_COUPONS) for row in rows]


def _value(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


def _reason(claimed: CouponClaimedV1) -> str | None:
    (answer,) = issue_coupons(claims=[claimed], now=NOW).answers
    return answer.reason.value if isinstance(answer, CouponRefusedV1) else None


def test_a_claim_becomes_a_coupon_and_an_answer(event: CouponEvent, customer: Account) -> None:
    asked = claim(event, customer, serial=3, number=17)

    outcome = issue_coupons(claims=[asked], now=NOW)

    coupon = Coupon.objects.get(event=event)
    assert (coupon.customer_id, coupon.serial, coupon.number) == (customer.pk, 3, 17)
    assert (coupon.issued_at, coupon.expires_at) == (NOW, NOW + COUPON_IS_VALID_FOR)
    (answer,) = outcome.issued
    assert (answer.coupon_id, answer.claim_id, answer.trace_id) == (
        coupon.pk,
        asked.claim_id,
        "trace-of-claim",
    )
    assert _recorded() == [answer]


def test_the_same_claim_again_gets_the_same_coupon_again(event: CouponEvent, customer: Account) -> None:
    asked = claim(event, customer, serial=1)

    first = issue_coupons(claims=[asked], now=NOW)
    again = issue_coupons(claims=[asked, asked], now=NOW)

    assert {answer.coupon_id for answer in first.issued + again.issued} == {Coupon.objects.get(event=event).pk}
    assert len(_recorded()) == 3


def test_a_coupon_is_counted_when_it_is_given_and_a_drop_with_its_first_one(
    make_event: MakeEvent, customers: Sequence[Account]
) -> None:
    event = make_event(quantity=5)
    before = (_value("main_coupons_issued_total"), _value("main_drops_begun_total"))
    first, second = (claim(event, customer, serial=n) for n, customer in enumerate(customers[:2], start=1))
    too_many = claim(event, customers[2], serial=6)

    issue_coupons(claims=[first], now=NOW)
    issue_coupons(claims=[first, second, too_many], now=NOW)

    after = (_value("main_coupons_issued_total"), _value("main_drops_begun_total"))
    assert (after[0] - before[0], after[1] - before[1]) == (2, 1)


def test_answers_come_in_the_order_of_their_claims(event: CouponEvent, customers: Sequence[Account]) -> None:
    asked = [claim(event, customers[0], 2), claim(event, 10**15, 1), claim(event, customers[1], 1)]

    issue_coupons(claims=asked, now=NOW)

    assert [answer.claim_id for answer in _recorded()] == [one.claim_id for one in asked]


def test_a_second_coupon_of_an_event_is_refused(event: CouponEvent, customer: Account) -> None:
    issue_coupons(claims=[claim(event, customer, serial=1)], now=NOW)

    reason = _reason(claim(event, customer, serial=2))

    assert reason == RefusalReason.ALREADY_HAS_COUPON
    assert Coupon.objects.filter(event=event).count() == 1


def test_a_serial_is_given_once(event: CouponEvent, customers: Sequence[Account]) -> None:
    issue_coupons(claims=[claim(event, customers[0], serial=1)], now=NOW)

    reason = _reason(claim(event, customers[1], serial=1))

    assert reason == RefusalReason.SERIAL_TAKEN
    assert Coupon.objects.get(event=event).customer_id == customers[0].pk


def test_no_serial_past_the_quantity_is_given(make_event: MakeEvent, customers: Sequence[Account]) -> None:
    event = make_event(quantity=2)

    assert _reason(claim(event, customers[0], serial=2)) is None
    assert _reason(claim(event, customers[1], serial=3)) == RefusalReason.SERIAL_TAKEN


def test_nobody_gets_a_coupon_of_an_event_that_is_not_there(customer: Account, make_event: MakeEvent) -> None:
    draft = make_event(state=CouponEvent.State.DRAFT)

    assert _reason(claim(uuid4(), customer, serial=1)) == RefusalReason.UNKNOWN_EVENT
    assert _reason(claim(draft, customer, serial=1)) == RefusalReason.UNKNOWN_EVENT


def test_nobody_gets_a_coupon_of_an_event_that_is_closed(customer: Account, make_event: MakeEvent) -> None:
    closed = make_event(state=CouponEvent.State.CLOSED)

    assert _reason(claim(closed, customer, serial=1)) == RefusalReason.EVENT_CLOSED


def test_a_claim_on_its_way_is_answered_while_the_line_is_paused(customer: Account, make_event: MakeEvent) -> None:
    assert _reason(claim(make_event(paused=True), customer, serial=1)) is None


def test_only_customers_get_coupons(event: CouponEvent, operator: Account, customers: Sequence[Account]) -> None:
    Account.objects.filter(pk=customers[0].pk).update(is_active=False)

    for stranger in (operator.pk, customers[0].pk, 10**15):
        assert _reason(claim(event, stranger, serial=1)) == RefusalReason.UNKNOWN_CUSTOMER
    assert not Coupon.objects.exists()


def test_a_no_stays_a_no_when_its_reason_has_passed(event: CouponEvent, customers: Sequence[Account]) -> None:
    Account.objects.filter(pk=customers[0].pk).update(is_active=False)
    refused = claim(event, customers[0], serial=1)
    assert _reason(refused) == RefusalReason.UNKNOWN_CUSTOMER

    Account.objects.filter(pk=customers[0].pk).update(is_active=True)

    assert _reason(refused) == RefusalReason.UNKNOWN_CUSTOMER
    assert _reason(claim(event, customers[1], serial=1)) is None
    assert RefusedClaim.objects.get(event_id=event.pk).claim_id == refused.claim_id


def test_a_unit_that_was_refused_goes_to_the_next_in_line(event: CouponEvent, customers: Sequence[Account]) -> None:
    issue_coupons(claims=[claim(event, customers[0], serial=1)], now=NOW)
    passed_on = [claim(event, customers[0], serial=2), claim(event, customers[1], serial=2)]

    outcome = issue_coupons(claims=passed_on, now=NOW)

    assert [answer.reason for answer in outcome.refused] == [RefusalReason.ALREADY_HAS_COUPON]
    assert [(answer.customer_id, answer.serial) for answer in outcome.issued] == [(customers[1].pk, 2)]


@pytest.mark.parametrize(
    "too_much",
    [{"claim_id": "x" * 101}, {"claim_id": ""}, {"customer_id": 2**63}, {"customer_id": 0}, {"serial": 2**31}],
    ids=str,
)
def test_a_claim_that_mysql_cannot_hold_is_not_even_read(event: CouponEvent, too_much: dict[str, object]) -> None:
    fit = claim(event, 1, serial=1)
    unfit = json.dumps({**json.loads(fit.to_bytes()), **too_much}).encode()

    assert read_event(fit.to_bytes(), known=ON_COUPON_CLAIMS) == fit
    with pytest.raises(UnreadableRecord):
        read_event(unfit, known=ON_COUPON_CLAIMS)


def test_names_of_claims_differ_by_case_too(event: CouponEvent) -> None:
    refused = [claim(event, 10**15, serial=1, claim_id=name) for name in ("a-1", "A-1")]

    issue_coupons(claims=refused, now=NOW)

    assert RefusedClaim.objects.count() == 2


def test_a_batch_takes_the_same_number_of_queries_at_every_size(make_event: MakeEvent) -> None:
    counts = []
    for size in (2, 200):
        event, people = make_event(quantity=200), make_customers(size)
        asked = [claim(event, person, serial) for serial, person in enumerate(people, start=1)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            issue_coupons(claims=[*asked, claim(event, 10**15, serial=1)], now=NOW)
        counts.append(len(queries))
        assert Coupon.objects.filter(event=event).count() == size

    assert counts[0] == counts[1]


def test_an_empty_batch_changes_nothing(db: None) -> None:
    assert issue_coupons(claims=[], now=NOW).answers == ()


def test_several_events_in_one_batch_are_kept_apart(make_event: MakeEvent, customer: Account) -> None:
    events: list[UUID] = [make_event().pk for _ in range(3)]

    outcome = issue_coupons(claims=[claim(event, customer, serial=1) for event in events], now=NOW)

    assert [answer.coupon_event_id for answer in outcome.issued] == events
