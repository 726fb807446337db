"""What is asked for twice with one Idempotency-Key is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.tests.conftest import at_ten, groomer, tomorrow, treatment, wish  # noqa: F401  # fixtures
from conftest import MakeAccount
from dogs.models import Dog
from dogs.tests.test_dogs import BORI
from idempotency.models import CarriedOut
from idempotency.services import KEPT
from salons.models import Groomer

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]

# What makes these once is another rule, which needs no key.
ONCE_BY_THEMSELVES = {
    "sign_up": "there is one account for an e-mail address",
    "sign_in": "each sign-in is a session of its own",
    "sign_in_with_provider": "each token and code is good once",
    "connect_identity": "there is one connection of an account and a provider",
    "offer_second_factor": "a new offer takes the place of the one before",
    "open_room": "there is one room of a customer and a groomer",
}


def test_every_endpoint_that_makes_something_takes_a_key(stranger: APIClient) -> None:
    makes = {
        operation["operationId"]: {parameter.get("name") for parameter in operation.get("parameters", [])}
        for path in stranger.get("/api/v1/openapi.json").json()["paths"].values()
        for method, operation in path.items()
        if method == "post" and "201" in operation["responses"]
    }

    assert {name for name, parameters in makes.items() if "Idempotency-Key" not in parameters} == set(
        ONCE_BY_THEMSELVES
    )


@pytest.fixture(params=["dogs", "bookings", "coupon-events", "groomers/me/time-off"])
def asked(
    request: pytest.FixtureRequest,
    wish: dict[str, Any],  # noqa: F811
    at_ten: datetime,  # noqa: F811
    groomer: Groomer,  # noqa: F811
    customer: Account,
    operator: Account,
    client_of: ClientOf,
) -> tuple[Callable[[], APIClient], str, dict[str, Any], dict[str, Any]]:
    """A client of whoever may ask, the address, and two different bodies."""
    address = f"/api/v1/{request.param}"
    drop = {
        "title": "봄맞이",
        "quantity": 3,
        "discount_won": 1_000,
        "opens_at": at_ten.isoformat(),
        "closes_at": (at_ten + timedelta(hours=1)).isoformat(),
    }
    away = {name: drop[moment] for name, moment in (("starts_at", "opens_at"), ("ends_at", "closes_at"))}
    later = {"starts_at": (at_ten + timedelta(hours=3)).isoformat()}
    cases: dict[str, tuple[Account, dict[str, Any], dict[str, Any]]] = {
        "dogs": (customer, BORI, {**BORI, "name": "두부"}),
        "bookings": (customer, wish, {**wish, **later}),
        "coupon-events": (operator, drop, {**drop, "quantity": 4}),
        "groomers/me/time-off": (groomer.account, away, {**away, "note": "점심"}),
    }
    account, body, other = cases[request.param]
    return lambda: client_of(account), address, body, other


Asked = tuple[Callable[[], APIClient], str, dict[str, Any], dict[str, Any]]


def _post(client: APIClient, address: str, body: dict[str, Any], key: str) -> Any:
    return client.post(address, body, format="json", HTTP_IDEMPOTENCY_KEY=key)


def _count(client: APIClient, address: str) -> int:
    return len(client.get(address).json()["items"])


def test_the_same_request_again_makes_nothing_and_gives_what_it_made(asked: Asked) -> None:
    client_of_asker, address, body, _ = asked
    client = client_of_asker()

    first, again = (_post(client, address, dict(reversed(body.items())), key) for key in ('"k-1"', "k-1"))

    assert (first.status_code, again.status_code // 100) == (201, 2)
    assert first.json()["id"] == again.json()["id"]
    assert _count(client, address) == 1


def test_another_request_under_the_same_key_is_refused_and_makes_nothing(asked: Asked) -> None:
    client_of_asker, address, body, other = asked
    client = client_of_asker()
    _post(client, address, body, "k-2")

    answer = _post(client, address, other, "k-2")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-used-for-another")
    assert _count(client, address) == 1


def test_eight_at_once_make_one(asked: Asked) -> None:
    client_of_asker, address, body, _ = asked
    ready = threading.Barrier(8)
    answers: list[Any] = []

    def ask() -> None:
        client = client_of_asker()
        ready.wait(10)
        answers.append(_post(client, address, body, "k-3"))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert _count(client_of_asker(), address) == 1


def test_a_refused_request_uses_no_key_up(asked: Asked) -> None:
    client_of_asker, address, body, _ = asked
    client = client_of_asker()

    refused = _post(client, address, {**body, "nonsense": 1}, "k-4")
    made = _post(client, address, body, "k-4")

    assert (refused.status_code, made.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 65, "키", '""', "k\tk"])
def test_a_key_that_cannot_be_kept_is_refused(key: str, customer: Account, client_of: ClientOf) -> None:
    answer = client_of(customer).post("/api/v1/dogs", BORI, format="json", HTTP_IDEMPOTENCY_KEY=key)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not Dog.objects.exists()


def test_a_key_is_of_one_account(make_account: MakeAccount, client_of: ClientOf) -> None:
    answers = [_post(client_of(make_account()), "/api/v1/dogs", BORI, "the-same") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_capital_letters_make_another_key(customer: Account, client_of: ClientOf) -> None:
    client = client_of(customer)

    assert [_post(client, "/api/v1/dogs", BORI, key).status_code for key in ("key", "KEY")] == [201, 201]


def test_what_was_made_and_removed_is_not_made_again(customer: Account, client_of: ClientOf) -> None:
    client = client_of(customer)
    dog = _post(client, "/api/v1/dogs", BORI, "k-5").json()
    client.delete(f"/api/v1/dogs/{dog['id']}")

    answer = _post(client, "/api/v1/dogs", BORI, "k-5")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-key-made-what-is-gone")


def test_keys_end_after_two_days_and_leave_no_rows(customer: Account, client_of: ClientOf) -> None:
    client = client_of(customer)
    _post(client, "/api/v1/dogs", BORI, "old")
    for _ in range(3):
        CarriedOut.objects.create(
            account=customer, key=uuid4().hex, asked="0" * 64, made=uuid4(), at=timezone.now() - KEPT
        )
    CarriedOut.objects.filter(key="old").update(at=timezone.now() - KEPT)

    answers = [_post(client, "/api/v1/dogs", BORI, key) for key in ("old", "new")]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert set(CarriedOut.objects.values_list("key", flat=True)) == {"old", "new"}
