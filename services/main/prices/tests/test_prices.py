"""What a visit costs is shown before anybody signs in, line by line."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Account
from prices.models import PriceRule
from salons.models import Region, Salon, Treatment

pytestmark = pytest.mark.django_db
MINUTES = {"minutes_small": 60, "minutes_medium": 90, "minutes_large": 120}
PRICES = {"price_small": 30_000, "price_medium": 40_000, "price_large": 60_000}


@pytest.fixture
def salon() -> Salon:
    region = Region.objects.get_or_create(city="서울", district="중구")[0]
    return Salon.objects.create(region=region, name="보들보들", address="서울")


@pytest.fixture
def bath(salon: Salon) -> Treatment:
    return Treatment.objects.create(salon=salon, name="목욕", kind="bath", **PRICES, **MINUTES)


@pytest.fixture
def cut(salon: Salon) -> Treatment:
    return Treatment.objects.create(salon=salon, name="가위컷", kind="scissors", **PRICES, **MINUTES)


@pytest.fixture
def rules(salon: Salon, bath: Treatment, cut: Treatment) -> None:
    for rule in (
        PriceRule(salon=salon, reason="coat", value="double", won=10_000),
        PriceRule(salon=salon, treatment=cut, reason="matting", value="heavy", percent=50),
        PriceRule(salon=salon, reason="temperament", value="may-bite", won=15_000),
        PriceRule(salon=salon, reason="travel", least=3_000, won=20_000),
        PriceRule(salon=salon, treatment=bath, reason="weight", least=25_000, won=5_000),
    ):
        rule.full_clean()
        rule.save()


def _asked(stranger: APIClient, salon: Salon, **query: str) -> dict[str, tuple[int, dict[str, int], int]]:
    shown = stranger.get(f"/api/v1/salons/{salon.pk}/prices", query).json()["items"]
    return {
        one["name"]: (one["base"], {line["reason"]: line["won"] for line in one["lines"]}, one["total"])
        for one in shown
    }


@pytest.mark.usefixtures("rules")
def test_a_small_calm_dog_pays_what_the_list_says(stranger: APIClient, salon: Salon) -> None:
    asked = _asked(stranger, salon, weight_grams="4000", coat="curly")

    assert asked == {"목욕": (30_000, {}, 30_000), "가위컷": (30_000, {}, 30_000)}


@pytest.mark.usefixtures("rules")
def test_everything_that_makes_it_dearer_is_a_line_of_its_own(stranger: APIClient, salon: Salon) -> None:
    query = {"weight_grams": "30000", "coat": "double", "temperament": "shy,may-bite", "matting": "heavy"}

    asked = _asked(stranger, salon, **query, travel_metres="3000")

    assert asked == {
        "목욕": (60_000, {"coat": 10_000, "temperament": 15_000, "travel": 20_000, "weight": 5_000}, 110_000),
        "가위컷": (60_000, {"coat": 10_000, "matting": 30_000, "temperament": 15_000, "travel": 20_000}, 135_000),
    }


@pytest.mark.usefixtures("rules")
def test_rules_of_another_salon_change_nothing(stranger: APIClient, salon: Salon) -> None:
    other = Salon.objects.create(region=salon.region, name="몽글", address="서울")
    Treatment.objects.create(salon=other, name="목욕", **PRICES, **MINUTES)

    assert _asked(stranger, other, weight_grams="4000", coat="double") == {"목욕": (30_000, {}, 30_000)}


@pytest.mark.usefixtures("rules")
def test_more_treatments_take_no_more_questions(
    stranger: APIClient, salon: Salon, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        Treatment.objects.create(salon=salon, name=f"시술 {number}", **PRICES, **MINUTES)

    with django_assert_num_queries(3):
        assert len(_asked(stranger, salon, weight_grams="4000")) == 22


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "weight_grams"),
        ({"weight_grams": "99"}, "weight_grams"),
        ({"weight_grams": "4000", "coat": "silk"}, "coat"),
        ({"weight_grams": "4000", "temperament": "shy,evil"}, "temperament"),
        ({"weight_grams": "4000", "matting": "some"}, "matting"),
        ({"weight_grams": "4000", "travel_metres": "-1"}, "travel_metres"),
    ],
)
def test_a_dog_that_cannot_be_is_refused(stranger: APIClient, salon: Salon, query: dict[str, str], field: str) -> None:
    answer = stranger.get(f"/api/v1/salons/{salon.pk}/prices", query)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_salon_that_is_not_there_has_no_prices(stranger: APIClient) -> None:
    assert stranger.get("/api/v1/salons/999999/prices", {"weight_grams": "4000"}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": "coat", "value": "silk", "won": 1}, "not-a-value"),
        ({"reason": "coat", "value": "double", "least": 5, "won": 1}, "not-a-value"),
        ({"reason": "weight", "value": "double", "won": 1}, "not-a-value"),
        ({"reason": "weight", "least": 5_000, "below": 5_000, "won": 1}, "empty-range"),
        ({"reason": "weight", "least": 5_000}, "adds-nothing"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(salon: Salon, wrong: dict[str, str | int], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PriceRule(salon=salon, **wrong).full_clean()

    assert code in {error.code for errors in refused.value.error_dict.values() for error in errors}


def test_an_operator_adds_a_rule(operator: Account, salon: Salon, bath: Treatment) -> None:
    page = Client()
    page.force_login(operator)
    form = {
        "salon": salon.pk,
        "treatment": bath.pk,
        "reason": "coat",
        "value": "double",
        "least": 0,
        "won": 5_000,
        "percent": 0,
    }

    answer = page.post("/admin/prices/pricerule/add/", form)

    assert answer.status_code == 302, answer.context["errors"]
    assert [rule.won for rule in PriceRule.objects.all()] == [5_000]
