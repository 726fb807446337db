"""A rehearsal goes the whole way of a drop, and nobody has anything of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from accounts.sessions.tokens import sign_access_token
from coupons.issuing.services import issue_coupons
from coupons.models import AuditEntry, Coupon, CouponEvent, RefusedClaim, RehearsedCoupon
from coupons.models.issue_log import IssueLink, IssueLog
from coupons.tests.conftest import MakeEvent, claim, make_customers
from notifications.models import Notification
from notifications.services import deliver_notifications
from outbox.models import OutboxRow
from salon_contracts.events.coupons import (
    FIRST_SIMULATED_ACCOUNT,
    ON_COUPON_EVENTS,
    SIMULATED_ROLE,
    CouponRefusedV1,
    RefusalReason,
)
from salon_contracts.events.reading import read_event

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]
NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
EVENTS = "/api/v1/coupon-events"
NOBODY = FIRST_SIMULATED_ACCOUNT


@pytest.fixture
def rehearsal(make_event: MakeEvent) -> CouponEvent:
    return make_event(quantity=100, rehearsal=True)


def test_a_rehearsed_claim_is_answered_without_a_coupon_a_link_or_news(rehearsal: CouponEvent) -> None:
    asked = [claim(rehearsal, NOBODY + serial, serial) for serial in (1, 2, 3)]

    outcome = issue_coupons(claims=asked, now=NOW)
    deliver_notifications(events=outcome.answers, now=NOW)

    rows = RehearsedCoupon.objects.filter(event=rehearsal).order_by("serial")
    assert [answer.coupon_id for answer in outcome.issued] == [row.pk for row in rows]
    assert OutboxRow.objects.filter(topic="coupons").count() == 3
    assert not Coupon.objects.exists()
    assert not IssueLog.objects.exists()
    assert not IssueLink.objects.exists()
    assert not Notification.objects.exists()


def test_the_same_rehearsed_claim_hears_the_same_answer_again(rehearsal: CouponEvent) -> None:
    asked = claim(rehearsal, NOBODY, 1)

    first = issue_coupons(claims=[asked], now=NOW)
    again = issue_coupons(claims=[asked, asked], now=NOW + timedelta(minutes=1))

    assert {answer.coupon_id for answer in first.issued + again.issued} == {RehearsedCoupon.objects.get().pk}


def test_a_unit_or_a_customer_is_rehearsed_once(rehearsal: CouponEvent) -> None:
    issue_coupons(claims=[claim(rehearsal, NOBODY, 1)], now=NOW)

    refused = issue_coupons(claims=[claim(rehearsal, NOBODY, 2), claim(rehearsal, NOBODY + 1, 1)], now=NOW).refused

    assert [one.reason for one in refused] == [RefusalReason.ALREADY_HAS_COUPON, RefusalReason.SERIAL_TAKEN]


def test_nobody_real_takes_part_in_a_rehearsal_and_nobody_simulated_in_a_drop(
    rehearsal: CouponEvent, event: CouponEvent, customer: Account
) -> None:
    answers = issue_coupons(claims=[claim(rehearsal, customer, 1), claim(event, NOBODY, 1)], now=NOW).answers

    reasons = [answer.reason for answer in answers if isinstance(answer, CouponRefusedV1)]
    assert reasons == [RefusalReason.UNKNOWN_CUSTOMER] * 2
    assert not Coupon.objects.exists()
    assert not RehearsedCoupon.objects.exists()


def test_a_batch_of_both_kinds_keeps_them_apart(rehearsal: CouponEvent, event: CouponEvent, customer: Account) -> None:
    outcome = issue_coupons(claims=[claim(rehearsal, NOBODY, 1), claim(event, customer, 1)], now=NOW)

    assert [answer.coupon_id for answer in outcome.issued] == [
        RehearsedCoupon.objects.get().pk,
        Coupon.objects.get().pk,
    ]
    assert IssueLink.objects.count() == 1


def test_a_rehearsal_asks_mysql_as_much_as_a_drop_but_for_its_log(rehearsal: CouponEvent, event: CouponEvent) -> None:
    with CaptureQueriesContext(connection) as real:
        issue_coupons(claims=[claim(event, one, n) for n, one in enumerate(make_customers(5), 1)], now=NOW)
    with CaptureQueriesContext(connection) as rehearsed:
        issue_coupons(claims=[claim(rehearsal, NOBODY + n, n) for n in range(1, 6)], now=NOW)

    def without_log(queries: CaptureQueriesContext) -> list[str]:
        statements = [
            query["sql"].split("(")[0].split("`")[0].strip()
            for query in queries.captured_queries
            if "issuel" not in query["sql"]
        ]
        return [statement for statement in statements if not statement.startswith(("SAVEPOINT", "RELEASE"))]

    assert len(without_log(rehearsed)) <= len(without_log(real))
    assert sum("INSERT" in query["sql"] and "rehearsed" in query["sql"] for query in rehearsed.captured_queries) == 1


def test_only_operators_see_a_rehearsal(
    rehearsal: CouponEvent, operator: Account, customer: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    address = f"{EVENTS}/{rehearsal.pk}"

    for client in (stranger, client_of(customer)):
        assert client.get(EVENTS).json()["items"] == []
        assert client.get(address).status_code == client.get(f"{address}/issue-log").status_code == 404
    assert client_of(operator).get(address).json()["rehearsal"] is True


def _terms(**changed: Any) -> dict[str, Any]:
    opens_at = timezone.now() + timedelta(hours=1)
    closes_at = opens_at + timedelta(hours=1)
    times = {"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()}
    return {"title": "연습", "quantity": 5, "discount_won": 1, **times, **changed}


def test_an_operator_creates_a_rehearsal_which_is_audited_and_announced_as_one(
    operator: Account, client_of: ClientOf
) -> None:
    client = client_of(operator)

    event = client.post(EVENTS, _terms(rehearsal=True)).json()
    client.post(f"{EVENTS}/{event['id']}/publish", {})

    row = OutboxRow.objects.get(topic="coupon-events")
    assert read_event(bytes(row.value), known=ON_COUPON_EVENTS).rehearsal is True
    created = AuditEntry.objects.get(event_id=event["id"], act="create")
    assert created.facts["rehearsal"] == [None, True]


def test_a_rehearsal_is_asked_for_with_true_and_with_nothing_else(operator: Account, client_of: ClientOf) -> None:
    assert client_of(operator).post(EVENTS, _terms(rehearsal="yes")).status_code == 422


def test_a_simulated_customer_is_let_in_at_no_endpoint_of_main(stranger: APIClient) -> None:
    token = sign_access_token(account_id=NOBODY, role=SIMULATED_ROLE, session_id=None, now=timezone.now())

    for address in ("/api/v1/accounts/me", "/api/v1/coupons", "/api/v1/notifications"):
        answer = stranger.get(address, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid-token")
    # What strangers may read is read as a stranger, whatever the token.
    assert stranger.get(EVENTS, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_closed_rehearsals_are_forgotten_and_nothing_else(
    rehearsal: CouponEvent, make_event: MakeEvent, event: CouponEvent, customer: Account
) -> None:
    running = make_event(rehearsal=True)
    issue_coupons(claims=[claim(one, NOBODY, 1) for one in (rehearsal, running)], now=NOW)
    issue_coupons(claims=[claim(event, customer, 1), claim(event, NOBODY, 2), claim(rehearsal, customer, 3)], now=NOW)
    CouponEvent.objects.filter(pk=rehearsal.pk).update(state=CouponEvent.State.CLOSED)

    call_command("forget_rehearsals", stdout=StringIO())

    assert list(RehearsedCoupon.objects.values_list("event_id", flat=True)) == [running.pk]
    assert list(RefusedClaim.objects.values_list("event_id", flat=True)) == [event.pk]
    assert Coupon.objects.count() == 1
