"""Operators see which winners of a drop signed in from one place; nobody else does, and no address can be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account, SignInOrigin
from accounts.sessions.clearing import clear_what_is_over
from accounts.shared_origins.services import note_origin
from accounts.tests.conftest import PASSWORD, post_sign_in
from conftest import MakeAccount
from coupons.models import Coupon, CouponEvent
from coupons.tests.conftest import MakeEvent, make_event  # noqa: F401  # fixtures
from serving.redis import shared_redis

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]
HOME, OFFICE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    for key in shared_redis().scan_iter("attempts:*"):
        shared_redis().delete(key)


@pytest.fixture
def drop(make_event: MakeEvent) -> CouponEvent:  # noqa: F811
    return make_event()


@pytest.fixture
def winner(drop: CouponEvent, make_account: MakeAccount) -> Callable[..., Account]:
    """Somebody with a coupon of the drop, who signed in from there."""

    def win(network: str, device: str | None = None, *, of: CouponEvent = drop, days_ago: int = 0) -> Account:
        account, now = make_account(), timezone.now()
        note_origin(account_id=account.pk, network=network, device_id=device, now=now - timedelta(days=days_ago))
        wins(account, of)
        return account

    return win


def wins(account: Account, event: CouponEvent) -> None:
    now, serial = timezone.now(), Coupon.objects.filter(event=event).count() + 1
    Coupon.objects.create(
        event=event,
        customer=account,
        serial=serial,
        number=serial,
        claim_id=f"c{serial}",
        issued_at=now,
        expires_at=now,
    )


def clusters(drop: CouponEvent, client: APIClient) -> Any:
    answer = client.get(f"/api/v1/coupon-events/{drop.pk}/winner-clusters")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_winners_from_one_network_or_one_device_are_a_group_the_largest_first(
    drop: CouponEvent, winner: Callable[..., Account], operator: Account, client_of: ClientOf
) -> None:
    family = [winner(HOME), winner(HOME, "a-phone"), winner(HOME, "another-phone")]
    phone = [family[1], winner(OFFICE, "a-phone")]
    winner("192.0.2.1", "a-third-phone")

    found = clusters(drop, client_of(operator))

    assert (found["issued"], found["known"]) == (5, 5)
    assert [(one["kind"], one["size"]) for one in found["items"]] == [("network", 3), ("device", 2)]
    assert [[one["account_id"] for one in group["winners"]] for group in found["items"]] == [
        [account.pk for account in family],
        [account.pk for account in phone],
    ]
    assert [one["serial"] for one in found["items"][0]["winners"]] == [1, 2, 3]


def test_who_won_elsewhere_or_nothing_is_in_no_group(
    drop: CouponEvent,
    winner: Callable[..., Account],
    make_event: MakeEvent,  # noqa: F811
    make_account: MakeAccount,
    operator: Account,
    client_of: ClientOf,
) -> None:
    winner(HOME)
    winner(HOME, of=make_event())
    note_origin(account_id=make_account().pk, network=HOME, device_id=None, now=timezone.now())

    assert clusters(drop, client_of(operator))["items"] == []


def test_no_address_and_no_device_is_in_the_answer_or_in_the_table(
    drop: CouponEvent, winner: Callable[..., Account], operator: Account, client_of: ClientOf
) -> None:
    for _ in range(2):
        winner(HOME, "a-phone")

    found, kept = clusters(drop, client_of(operator)), list(SignInOrigin.objects.values())
    shown = f"{found} {kept}"

    assert found["items"]
    assert kept
    assert HOME not in shown
    assert "a-phone" not in shown


def test_five_accounts_of_one_browser_are_found_by_their_sign_ins(
    drop: CouponEvent, make_account: MakeAccount, operator: Account, client_of: ClientOf
) -> None:
    """Eight accounts made within seconds from one address once took five of five coupons."""
    browser = APIClient(REMOTE_ADDR=HOME)
    for _ in range(5):
        account = make_account(password=PASSWORD)
        assert post_sign_in(browser, account, "browser").status_code == 201
        wins(account, drop)

    found = clusters(drop, client_of(operator))

    assert [(one["kind"], one["size"]) for one in found["items"]] == [("device", 5), ("network", 5)]


def test_signing_in_again_from_there_is_one_row_with_a_newer_time(customer: Account) -> None:
    long_ago, now = timezone.now() - timedelta(days=20), timezone.now().replace(microsecond=0)

    for moment in (long_ago, now):
        note_origin(account_id=customer.pk, network=HOME, device_id="a-phone", now=moment)

    assert set(SignInOrigin.objects.values_list("seen_at", flat=True)) == {now}
    assert SignInOrigin.objects.count() == 2


def test_after_thirty_days_it_is_forgotten(
    drop: CouponEvent, winner: Callable[..., Account], operator: Account, client_of: ClientOf
) -> None:
    for days in (1, 29, 31):
        winner(HOME, days_ago=days)

    clear_what_is_over(now=timezone.now())

    found = clusters(drop, client_of(operator))
    assert (found["issued"], found["known"], [one["size"] for one in found["items"]]) == (3, 2, [2])


def test_of_an_unknown_event_there_are_none(operator: Account, client_of: ClientOf) -> None:
    answer = client_of(operator).get("/api/v1/coupon-events/00000000-0000-0000-0000-000000000000/winner-clusters")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-event")
