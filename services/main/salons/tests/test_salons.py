"""Looking around."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from pydantic import AnyHttpUrl
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Account
from config.env import env
from salons.models import Groomer, OpeningHours, Region, Salon, Treatment

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded() -> None:
    call_command("seed", stdout=StringIO())


@pytest.mark.usefixtures("seeded")
def test_all_salons_are_found_page_by_page_once_each(stranger: APIClient) -> None:
    seen: list[int] = []
    cursor = ""
    for _ in range(10):
        page = stranger.get("/api/v1/salons", {"limit": "5", "cursor": cursor}).json()
        seen += [salon["id"] for salon in page["items"]]
        if (cursor := page["next"]) is None:
            break

    assert seen == list(Salon.objects.order_by("id").values_list("id", flat=True))
    assert len(seen) == 12


@pytest.mark.usefixtures("seeded")
def test_a_longer_page_takes_no_more_queries(
    stranger: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for limit in (1, 12):
        with django_assert_num_queries(13):
            stranger.get("/api/v1/salons", {"limit": str(limit)})


@pytest.mark.usefixtures("seeded")
def test_a_salon_shows_who_works_there_what_it_costs_and_when_it_is_open(stranger: APIClient) -> None:
    salon = Salon.objects.get(name="몽글몽글 펫살롱")

    shown = stranger.get(f"/api/v1/salons/{salon.pk}").json()

    assert (shown["name"], shown["region"]) == ("몽글몽글 펫살롱", "서울 마포구")
    assert [groomer["name"] for groomer in shown["groomers"]] == ["박소담", "최유진"]
    assert shown["treatments"][0]["prices"] == {"small": 30_000, "medium": 40_000, "large": 60_000}
    assert shown["treatments"][0]["minutes"] == {"small": 60, "medium": 75, "large": 90}
    assert shown["opening_hours"][0] == {"weekday": 1, "opens_at": "10:00", "closes_at": "19:00"}


def test_a_salon_that_is_not_there_is_not_found(stranger: APIClient) -> None:
    for path in ("/api/v1/salons/999999999", "/api/v1/salons/99999999999999999999", "/api/v1/salons/abc"):
        answer = stranger.get(path)

        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"cursor": "garbage"}, "cursor"),
        ({"cursor": "bnVsbA"}, "cursor"),
        ({"cursor": "WyJhYmMiXQ"}, "cursor"),
        ({"cursor": "WzFlOTldCg"}, "cursor"),
        ({"cursor": "é" * 500}, "cursor"),
    ],
)
def test_a_page_that_cannot_be_is_refused(stranger: APIClient, query: dict[str, str], field: str) -> None:
    answer = stranger.get("/api/v1/salons", query)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.usefixtures("seeded")
def test_somebody_whose_token_ran_out_may_still_look_around(stranger: APIClient) -> None:
    answer = stranger.get("/api/v1/salons", headers={"Authorization": "Bearer old"})

    assert answer.status_code == 200


@pytest.mark.usefixtures("seeded", "redis_is_down")
def test_salons_are_found_while_redis_is_down(stranger: APIClient) -> None:
    assert len(stranger.get("/api/v1/salons").json()["items"]) == 12


def _rows() -> list[int]:
    return [model.objects.count() for model in (Account, Region, Salon, Groomer, Treatment, OpeningHours)]


@pytest.mark.usefixtures("seeded")
def test_seeding_again_changes_nothing() -> None:
    before = _rows()

    call_command("seed", stdout=StringIO())

    assert _rows() == before


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("who", ["customer", "groomer", "operator"])
def test_demo_logins_can_sign_in(stranger: APIClient, who: str) -> None:
    answer = stranger.post(
        "/api/v1/sessions", {"email": f"{who}@daengdaeng.test", "password": "daengdaeng-demo", "client": "mobile"}
    )

    assert answer.json()["account"]["role"] == who


def test_demo_logins_are_not_made_on_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    public = env.model_copy(update={"public_url": AnyHttpUrl("https://daengdaeng.salon")})
    monkeypatch.setattr("salons.management.commands.seed.env", public)

    call_command("seed", stdout=StringIO(), stderr=StringIO())

    assert Salon.objects.count() == 12
    assert not any(account.has_usable_password() for account in Account.objects.all())
