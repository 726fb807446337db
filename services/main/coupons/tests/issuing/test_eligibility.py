"""Who may have a coupon, asked again where it is issued: a token may be older than what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from coupons.issuing.services import Outcome, issue_coupons
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent, claim, make_customers
from dogs.models import Dog
from salon_contracts.events.coupons import CouponRefusedV1, RefusalReason, is_simulated

pytestmark = pytest.mark.django_db

MakeAccount = Callable[..., Account]


def _dog_of(account: Account) -> Dog:
    return Dog.objects.create(
        owner=account,
        name="보리",
        breed="mixed",
        born_in=date(2021, 3, 1),
        sex="female",
        neutered="yes",
        weight_grams=5_000,
        coat="curly",
        created_at=timezone.now(),
    )


def _issue(event: CouponEvent, *accounts: Account) -> Outcome:
    claims = [claim(event, account, serial=number) for number, account in enumerate(accounts, start=1)]
    return issue_coupons(claims=claims, now=timezone.now())


def _who_got(outcome: Outcome) -> set[int]:
    assert {answer.reason for answer in outcome.refused} <= {RefusalReason.NOT_ELIGIBLE}
    return {answer.customer_id for answer in outcome.issued}


def _asks(event: CouponEvent, **needs: object) -> CouponEvent:
    CouponEvent.objects.filter(pk=event.pk).update(**needs)
    return event


def test_only_an_account_with_a_confirmed_address_gets_the_coupon_of_an_event_that_asks_for_it(
    event: CouponEvent, make_account: MakeAccount
) -> None:
    confirmed, other = make_account(), make_account()
    Account.objects.filter(pk=confirmed.pk).update(email_confirmed_at=timezone.now())
    Account.objects.filter(pk=other.pk).update(email_confirmed_at=None)

    assert _who_got(_issue(_asks(event, needs_confirmed_email=True), confirmed, other)) == {confirmed.pk}


def test_only_an_account_that_was_made_before_gets_it(event: CouponEvent, make_account: MakeAccount) -> None:
    before, at_that_moment = make_account(), make_account()
    Account.objects.filter(pk=before.pk).update(created_at=event.opens_at - timedelta(microseconds=1))
    Account.objects.filter(pk=at_that_moment.pk).update(created_at=event.opens_at)

    assert _who_got(_issue(_asks(event, needs_account_before=event.opens_at), before, at_that_moment)) == {before.pk}


def test_only_an_account_with_a_dog_gets_it(event: CouponEvent, make_account: MakeAccount) -> None:
    with_dog, without = make_account(), make_account()
    _dog_of(with_dog)
    _dog_of(with_dog)

    assert _who_got(_issue(_asks(event, needs_dog=True), with_dog, without)) == {with_dog.pk}


def test_the_unit_of_somebody_who_may_not_have_it_goes_to_the_next(
    event: CouponEvent, make_account: MakeAccount
) -> None:
    """The answer says so: a refusal whose serial is free is claimed again by the line."""
    _asks(event, needs_dog=True)
    without, with_dog = make_account(), make_account()
    _dog_of(with_dog)
    (refused,) = issue_coupons(claims=[claim(event, without, serial=1)], now=timezone.now()).answers

    (issued,) = issue_coupons(claims=[claim(event, with_dog, serial=1)], now=timezone.now()).issued

    assert isinstance(refused, CouponRefusedV1)
    assert (refused.reason, refused.serial, issued.serial) == (RefusalReason.NOT_ELIGIBLE, 1, 1)


def test_an_answer_stays_when_the_account_meets_the_rule_later(event: CouponEvent, customer: Account) -> None:
    _asks(event, needs_dog=True)
    asked = claim(event, customer, serial=1)
    issue_coupons(claims=[asked], now=timezone.now())
    _dog_of(customer)

    again = issue_coupons(claims=[asked], now=timezone.now())

    assert ([answer.reason for answer in again.refused], again.issued) == ([RefusalReason.NOT_ELIGIBLE], ())


def test_an_event_that_asks_for_nothing_has_everybody_and_looks_for_no_dogs(
    event: CouponEvent, make_account: MakeAccount
) -> None:
    accounts = [make_account() for _ in range(3)]

    with CaptureQueriesContext(connection) as queries:
        outcome = _issue(event, *accounts)

    assert len(_who_got(outcome)) == 3
    assert not [query for query in queries.captured_queries if "dogs_dog" in query["sql"]]


def test_the_simulated_customers_of_a_rehearsal_have_neither_dogs_nor_addresses(make_event: MakeEvent) -> None:
    event = _asks(make_event(rehearsal=True), needs_dog=True, needs_confirmed_email=True)
    nobody = make_customers(1)[0]
    nobody.pk = 2**40 + 1
    assert is_simulated(nobody.pk)

    assert len(_issue(event, nobody).issued) == 1
