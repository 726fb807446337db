"""What customers and operators see of events and coupons."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.issuing.services import issue_coupons
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent, claim
from coupons.tests.operating.terms import EVENTS

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], APIClient]


def test_drafts_are_seen_by_operators_only(
    make_event: MakeEvent, operator: Account, customer: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    draft, published, closed = (make_event(state=state) for state in ("draft", "published", "closed"))

    seen = {item["id"] for item in stranger.get(EVENTS).json()["items"]}
    seen_by_operator = {item["id"] for item in client_of(operator).get(EVENTS).json()["items"]}

    assert seen == {str(published.pk), str(closed.pk)}
    assert seen_by_operator == seen | {str(draft.pk)}
    assert stranger.get(f"{EVENTS}/{published.pk}").json()["title"] == published.title
    assert client_of(operator).get(f"{EVENTS}/{draft.pk}").status_code == 200
    hidden = client_of(customer).get(f"{EVENTS}/{draft.pk}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown-event")


def test_the_list_is_paged_and_shows_exactly_what_is_promised(make_event: MakeEvent, stranger: APIClient) -> None:
    wanted = {str(make_event().pk) for _ in range(5)}

    first = stranger.get(EVENTS, {"limit": 3}).json()
    second = stranger.get(EVENTS, {"limit": 3, "cursor": first["next"]}).json()

    assert {item["id"] for item in first["items"] + second["items"]} == wanted
    assert second["next"] is None
    assert set(first["items"][0]) == {
        "id", "title", "quantity", "discount_won", "opens_at", "closes_at", "state", "phase", "paused", "rehearsal",
        "line_order", "order_commitment", "needs_confirmed_email", "needs_account_before", "needs_dog",
    }  # fmt: skip


def test_my_coupons_are_mine(
    event: CouponEvent, customers: Sequence[Account], client_of: ClientOf, stranger: APIClient
) -> None:
    now = timezone.now()
    issue_coupons(claims=[claim(event, person, serial) for serial, person in enumerate(customers, 1)], now=now)

    (coupon,) = client_of(customers[2]).get("/api/v1/coupons").json()["items"]

    assert set(coupon) == {"id", "coupon_event_id", "serial", "discount_won", "issued_at", "expires_at"}
    assert (coupon["coupon_event_id"], coupon["serial"], coupon["discount_won"]) == (str(event.pk), 3, 5_000)
    assert stranger.get("/api/v1/coupons").json()["code"] == "not-signed-in"


def test_a_finished_drop_can_be_exported(event: CouponEvent, customers: Sequence[Account]) -> None:
    asked = [claim(event, person, serial, number=serial + 10) for serial, person in enumerate(customers, start=1)]
    issued = issue_coupons(claims=asked[::-1], now=timezone.now()).issued

    out = StringIO()
    call_command("export_drop", str(event.pk), stdout=out)

    drop = json.loads(out.getvalue())
    assert (drop["coupon_event_id"], drop["quantity"], drop["state"]) == (str(event.pk), 10, "published")
    ids = {answer.serial: str(answer.coupon_id) for answer in issued}
    assert drop["coupons"] == [
        {
            "coupon_id": ids[one.serial],
            "serial": one.serial,
            "number": one.number,
            "customer_id": one.customer_id,
            "claim_id": one.claim_id,
        }
        for one in asked
    ]


def test_an_unknown_drop_is_not_exported() -> None:
    with pytest.raises(CommandError, match="no coupon event"):
        call_command("export_drop", str(uuid4()))
