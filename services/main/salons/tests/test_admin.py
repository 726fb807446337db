"""What operators do with salons on their pages."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from conftest import MakeAccount
from salons.models import Groomer, OpeningHours, Region, Salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def salon() -> Salon:
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    return Salon.objects.create(region=region, name="보들보들 살롱", address="서울 중구 세종대로 1")


@pytest.fixture
def page(operator: Account) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def test_a_salon_is_found_by_words_that_were_typed_on_a_mac(page: Client, salon: Salon) -> None:
    on_a_mac = normalize("NFD", "보들보들")

    found = page.get("/admin/salons/salon/", {"q": on_a_mac})

    assert on_a_mac != "보들보들"
    assert [one.pk for one in found.context["cl"].queryset] == [salon.pk]
    assert Salon.objects.filter(name=normalize("NFD", salon.name)).exists()


def test_a_name_that_was_typed_on_a_mac_is_the_same_name(salon: Salon) -> None:
    other = Salon.objects.create(region=salon.region, name=normalize("NFD", "몽글몽글"), address="서울")

    assert other.name == Salon.objects.get(pk=other.pk).name == "몽글몽글"


def _hours(salon: Salon, *rows: tuple[int, str, str]) -> dict[str, Any]:
    form: dict[str, Any] = {"region": salon.region_id, "name": salon.name, "address": salon.address, "summary": ""}
    form |= {"buffer_minutes": 0, "notice_minutes": 0, "horizon_days": 60, "time_zone": "Asia/Seoul"}
    for prefix in ("groomers", "treatments", "opening_hours", "breaks", "closed_days"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    form["opening_hours-TOTAL_FORMS"] = len(rows)
    for number, (weekday, opens_at, closes_at) in enumerate(rows):
        values = {"weekday": weekday, "opens_at": opens_at, "closes_at": closes_at, "salon": salon.pk, "id": ""}
        form |= {f"opening_hours-{number}-{name}": value for name, value in values.items()}
    return form


def test_hours_may_be_to_the_minute_until_midnight_and_past_it(page: Client, salon: Salon) -> None:
    rows = ((0, "18:00", "02:00"), (1, "10:05", "23:59"), (2, "10:00", "00:00"), (6, "00:00", "18:00"))

    answer = page.post(f"/admin/salons/salon/{salon.pk}/change/", _hours(salon, *rows))

    assert answer.status_code == 302, answer.context["errors"]
    shown = page.get(f"/api/v1/salons/{salon.pk}").json()["opening_hours"]
    assert [(one["weekday"], one["opens_at"], one["closes_at"]) for one in shown] == [
        *((0, "18:00", "02:00"), (1, "10:05", "23:59"), (2, "10:00", "24:00"), (6, "00:00", "18:00"))
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (((0, "18:00", "02:00"), (1, "01:00", "10:00")), "다음 날 영업 시간과 겹쳐요"),
        (((6, "18:00", "02:00"), (0, "01:59", "10:00")), "다음 날 영업 시간과 겹쳐요"),
        (((0, "18:00:30", "20:00"),), "분 단위로"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    page: Client, salon: Salon, rows: tuple[tuple[int, str, str], ...], words: str
) -> None:
    answer = page.post(f"/admin/salons/salon/{salon.pk}/change/", _hours(salon, *rows))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(("role", "is_taken"), [("customer", False), ("operator", False), ("groomer", True)])
def test_a_groomer_has_a_groomers_account(
    page: Client, salon: Salon, make_account: MakeAccount, role: str, is_taken: bool
) -> None:
    account = make_account(role=role)

    page.post("/admin/salons/groomer/add/", {"salon": salon.pk, "account": account.pk, "name": "김미용"})
    form = _hours(salon) | {"groomers-TOTAL_FORMS": 1, "groomers-0-account": account.pk, "groomers-0-name": "김미용"}
    answer = page.post(f"/admin/salons/salon/{salon.pk}/change/", form)

    assert Groomer.objects.filter(account=account).exists() is is_taken
    assert is_taken or "미용사 계정이 아니에요" in answer.content.decode()


@pytest.mark.parametrize("groomers", [1, 2])
def test_the_accounts_of_a_salon_are_locked_before_the_salon(
    page: Client, salon: Salon, make_account: MakeAccount, groomers: int
) -> None:
    """As by its owners: in the other order an operator and an owner who change one salon would wait for each other."""
    accounts = [make_account(role="groomer") for _ in range(groomers)]
    first = Groomer.objects.create(salon=salon, account=accounts[0], name="김보라")
    form = _hours(salon) | {"groomers-TOTAL_FORMS": groomers, "groomers-INITIAL_FORMS": 1, "name": "다른 이름"}
    for number, account in enumerate(accounts):
        form |= {f"groomers-{number}-account": account.pk, f"groomers-{number}-name": "이하늘"}
        form |= {f"groomers-{number}-salon": salon.pk, f"groomers-{number}-id": first.pk if number == 0 else ""}

    with CaptureQueriesContext(connection) as queries:
        answer = page.post(f"/admin/salons/salon/{salon.pk}/change/", form)

    assert answer.status_code == 302
    assert Groomer.objects.filter(salon=salon, name="이하늘").count() == groomers
    assert _locked_in_order([query["sql"] for query in queries.captured_queries])[:2] == [
        "accounts_account",
        "salons_salon",
    ]


def _locked_in_order(statements: list[str]) -> list[str]:
    """Tables of which rows are held, each where it is first."""
    holding = [
        found[1] or found[2] or found[3]
        for sql in statements
        if (found := re.search(r"^UPDATE `(\w+)`|^INSERT INTO `(\w+)`|FROM `(\w+)`.* FOR UPDATE", sql))
    ]
    return [
        table for table in dict.fromkeys(holding) if table in {"accounts_account", "salons_salon", "salons_groomer"}
    ]
