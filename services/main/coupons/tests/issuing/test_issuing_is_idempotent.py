"""However claims are delivered, again, cut up or out of order: the same rows, the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from coupons.issuing.services import Answer, issue_coupons
from coupons.models import Coupon, CouponEvent
from coupons.tests.conftest import MakeEvent, claim
from salon_contracts.events.coupons import CouponClaimedV1, CouponIssuedV1

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
QUANTITY = 4
CUSTOMERS = 6
many = settings(
    max_examples=40,
    deadline=None,
    # The fixtures only lend accounts; each example makes an event of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Asked(NamedTuple):
    """Customer 6 does not exist, and serials past 4 are past the quantity."""

    customer: int
    serial: int


asked_in_any_order = st.lists(st.builds(Asked, st.integers(0, CUSTOMERS), st.integers(1, QUANTITY + 1)), max_size=12)


@st.composite
def deliveries(draw: st.DrawFn, count: int) -> list[range]:
    """Batches as a consumer may see them that is killed and starts again from what it last committed."""
    batches, at = [], 0
    while at < count:
        end = draw(st.integers(at + 1, count))
        batches.append(range(at, end))
        at = draw(st.one_of(st.just(end), st.integers(0, end))) if len(batches) < 12 else end
    return batches


def _by_the_book(asked: Sequence[Asked]) -> list[str]:
    """What each claim must hear, by the simplest thing that can be right."""
    serial_of: dict[int, int] = {}
    received = []
    for one in asked:
        if one.customer == CUSTOMERS:
            received.append("unknown-customer")
        elif serial_of.get(one.customer) == one.serial:
            received.append("issued")
        elif one.customer in serial_of:
            received.append("already-has-coupon")
        elif one.serial > QUANTITY or one.serial in serial_of.values():
            received.append("serial-taken")
        else:
            serial_of[one.customer] = one.serial
            received.append("issued")
    return received


def _word_of(answer: Answer) -> str:
    return "issued" if isinstance(answer, CouponIssuedV1) else answer.reason.value


def _rows(event: CouponEvent) -> set[tuple[UUID, int, int]]:
    return set(Coupon.objects.filter(event=event).values_list("pk", "customer_id", "serial"))


def _claims(event: CouponEvent, people: Sequence[Account], asked: Sequence[Asked]) -> list[CouponClaimedV1]:
    ids = [person.pk for person in people] + [10**15]
    return [claim(event, ids[one.customer], one.serial) for one in asked]


@given(data=st.data(), asked=asked_in_any_order)
@many
def test_redelivery_and_cutting_change_no_row_and_no_answer(
    make_event: MakeEvent, customers: Sequence[Account], data: st.DataObject, asked: list[Asked]
) -> None:
    event = make_event(quantity=QUANTITY)
    claims = _claims(event, customers, asked)

    received: dict[str, set[str]] = {}
    coupons: dict[str, set[UUID]] = {}
    for batch in data.draw(deliveries(len(claims))):
        for answer in issue_coupons(claims=[claims[at] for at in batch], now=NOW).answers:
            received.setdefault(answer.claim_id, set()).add(_word_of(answer))
            if isinstance(answer, CouponIssuedV1):
                coupons.setdefault(answer.claim_id, set()).add(answer.coupon_id)

    assert [received[one.claim_id] for one in claims] == [{word} for word in _by_the_book(asked)]
    published = {(coupon, one.customer_id, one.serial) for one in claims for coupon in coupons.get(one.claim_id, ())}
    assert published == _rows(event)
    assert all(len(ids) == 1 for ids in coupons.values())


@given(data=st.data(), serials=st.permutations(range(1, QUANTITY + 1)))
@many
def test_claims_that_do_not_contend_may_come_in_any_order(
    make_event: MakeEvent, customers: Sequence[Account], data: st.DataObject, serials: list[int]
) -> None:
    event = make_event(quantity=QUANTITY)
    claims = _claims(event, customers, [Asked(person, serial) for person, serial in enumerate(serials)])
    shuffled = data.draw(st.permutations(claims * 2))

    answers = [
        answer
        for batch in data.draw(deliveries(len(shuffled)))
        for answer in issue_coupons(claims=[shuffled[at] for at in batch], now=NOW).answers
    ]

    assert {_word_of(answer) for answer in answers} == {"issued"}
    wanted = {(one.customer_id, one.serial) for one in claims}
    assert {(customer, serial) for _, customer, serial in _rows(event)} == wanted


def test_the_book_itself_can_tell_right_from_wrong() -> None:
    asked = [Asked(0, 1), Asked(1, 1), Asked(0, 2), Asked(1, 2), Asked(0, 1), Asked(CUSTOMERS, 3), Asked(2, 5)]

    assert _by_the_book(asked) == [
        "issued", "serial-taken", "already-has-coupon", "issued", "issued", "unknown-customer", "serial-taken",
    ]  # fmt: skip


def test_an_answer_to_a_claim_of_an_unknown_event_is_the_same_again(customer: Account) -> None:
    asked = claim(uuid4(), customer, serial=1)

    answers = [issue_coupons(claims=[asked, asked], now=NOW).answers for _ in range(2)]

    assert {_word_of(answer) for pair in answers for answer in pair} == {"unknown-event"}
