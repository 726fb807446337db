"""An owner sets the rules of the salon's prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount
from prices.models import PriceRule
from salons.models import Groomer, Region, Salon, Treatment

pytestmark = pytest.mark.django_db
RULES = "/api/v1/salons/mine/price-rules"
MINUTES = {"minutes_small": 60, "minutes_medium": 90, "minutes_large": 120}
PRICES = {"price_small": 30_000, "price_medium": 40_000, "price_large": 60_000}


@pytest.fixture
def salon() -> Salon:
    region = Region.objects.get_or_create(city="서울", district="중구")[0]
    return Salon.objects.create(region=region, name="보들보들", address="서울")


@pytest.fixture
def bath(salon: Salon) -> Treatment:
    return Treatment.objects.create(salon=salon, name="목욕", **PRICES, **MINUTES)


@pytest.fixture
def owner(salon: Salon, make_account: MakeAccount, client_of: Callable[[Account], APIClient]) -> APIClient:
    account = make_account(role=Account.Role.GROOMER)
    Groomer.objects.create(salon=salon, account=account, name="김보라", owns_salon=True)
    return client_of(account)


def _set(client: APIClient, *rules: dict[str, Any], **headers: str) -> Any:
    return client.put(RULES, {"rules": list(rules)}, format="json", headers=headers)


def test_rules_that_are_set_are_the_prices_that_strangers_see(
    owner: APIClient, stranger: APIClient, salon: Salon, bath: Treatment
) -> None:
    _set(owner, {"treatment_id": None, "reason": "coat", "value": "double", "won": 99_000})

    answer = _set(owner, {"treatment_id": bath.pk, "reason": "coat", "value": "double", "won": 10_000})

    assert answer.status_code == 200
    assert answer.json()["rules"] == owner.get(RULES).json()["rules"]
    priced = stranger.get(f"/api/v1/salons/{salon.pk}/prices", {"weight_grams": "4000", "coat": "double"}).json()
    assert [(one["total"], one["lines"]) for one in priced["items"]] == [(40_000, [{"reason": "coat", "won": 10_000}])]


def test_a_treatment_of_another_salon_is_not_there(owner: APIClient, salon: Salon) -> None:
    other = Salon.objects.create(region=salon.region, name="다른 살롱", address="서울")
    theirs = Treatment.objects.create(salon=other, name="목욕", **PRICES, **MINUTES)

    answer = _set(owner, {"treatment_id": theirs.pk, "reason": "coat", "value": "double", "won": 1})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not-there")
    assert not PriceRule.objects.exists()


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"reason": "coat", "value": "silk", "won": 1}, "not-a-value"),
        ({"reason": "weight", "least": 5, "below": 5, "won": 1}, "empty-range"),
        ({"reason": "weight", "least": 5}, "adds-nothing"),
        ({"reason": "weight", "least": 5, "percent": 301}, "max_value"),
        ({"reason": "mood", "won": 1}, "invalid_choice"),
    ],
)
@pytest.mark.usefixtures("salon")
def test_a_rule_that_says_nothing_is_refused(owner: APIClient, rule: dict[str, Any], code: str) -> None:
    answer = _set(owner, {"treatment_id": None, **rule})

    assert answer.status_code == 422
    assert code in {one["code"] for one in answer.json()["errors"]}


def test_whoever_read_older_rules_overwrites_nothing(owner: APIClient) -> None:
    etag = owner.get(RULES).headers["ETag"]
    rule = {"treatment_id": None, "reason": "weight", "least": 5_000, "won": 1_000}

    first, second = (_set(owner, {**rule, "won": won}, **{"If-Match": etag}) for won in (1_000, 2_000))

    assert (first.status_code, second.status_code) == (200, 412)
    assert [one.won for one in PriceRule.objects.all()] == [1_000]
