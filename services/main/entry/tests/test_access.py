"""Everybody tries every endpoint, and gets what the one table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from accounts.tests.social.conftest import Providers, at, nobody_tried_before  # noqa: F401  # fixtures
from api.callers.identity import Role
from bookings.models import Booking
from bookings.tests.conftest import groomer, treatment  # noqa: F401  # fixtures
from conftest import MakeAccount
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent, make_event  # noqa: F401  # fixtures
from entry.access import ACCESS, Access, ByTable, row_name
from entry.tests.things import things_between
from salon_contracts.events.coupons import LineOrder
from salons.models import Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
EXPECTED = {"stranger": 401, "another role": 403, "not theirs": 404}


def _served(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _served(pattern.url_patterns, route)
        elif route.startswith("api/"):
            page = getattr(pattern.callback, "cls", None)
            taken = [method for method in METHODS if hasattr(page, method.lower())] if page else ["GET"]
            yield from (row_name(method, route) for method in taken)


SERVED = sorted(set(_served(get_resolver().url_patterns)))


@dataclass(frozen=True)
class Actor:
    """`party`: which side of the things on the stage this is, if any."""

    client: APIClient
    role: Role | None
    party: str | None = None


@dataclass(frozen=True)
class Stage:
    """Things of one customer and one groomer, and everybody who might try to reach them."""

    names: dict[str, object]
    bodies: dict[str, dict[str, Any]]
    actors: dict[str, Actor]


@pytest.fixture
def stage(
    groomer: Groomer,  # noqa: F811
    treatment: Treatment,  # noqa: F811
    make_account: MakeAccount,
    make_event: MakeEvent,  # noqa: F811
    client_of: Callable[[Account], APIClient],
    at: Providers,  # noqa: F811
) -> Stage:
    customer = make_account()
    Groomer.objects.filter(pk=groomer.pk).update(owns_salon=True)
    event = make_event(line_order=LineOrder.LOTTERY, state=CouponEvent.State.PUBLISHED)
    elsewhere = Salon.objects.create(region=groomer.salon.region, name="다른 살롱", address="서울 중구 1")

    def signed_in(account: Account, party: str | None = None) -> Actor:
        return Actor(client_of(account), cast(Role, account.role), party)

    def groomer_at(salon: Salon) -> Account:
        account = make_account(role=Account.Role.GROOMER)
        Groomer.objects.create(salon=salon, account=account, name="다른 미용사")
        return account

    return Stage(
        names={"event_id": event.pk, **things_between(customer, groomer, treatment)},
        bodies=_bodies(groomer),
        actors={
            "stranger": Actor(APIClient(), None),
            "customer": signed_in(customer, "customer"),
            "another customer": signed_in(make_account()),
            "groomer": signed_in(groomer.account, "groomer"),
            "groomer of the same salon": signed_in(groomer_at(groomer.salon)),
            "groomer of another salon": signed_in(groomer_at(elsewhere)),
            "operator": signed_in(make_account(role=Account.Role.OPERATOR)),
        },
    )


def _bodies(groomer: Groomer) -> dict[str, dict[str, Any]]:  # noqa: F811
    """By row. What needs no field would be carried out, or ask for a sign-in of a moment ago."""
    return {
        "POST /rooms": {"groomer_id": groomer.pk},
        "POST /sessions/refresh": {"refresh_token": 1},
        "POST /bookings/{booking_id}/reschedule": {"starts_at": (timezone.now() + timedelta(days=3)).isoformat()},
        "POST /bookings/{booking_id}/review": {"stars": 5},
        "PUT /reviews/{review_id}": {"stars": 5},
        "PUT /reviews/{review_id}/reply": {"text": "고맙습니다"},
        "POST /accounts/me/deletion": {"password": 1},
        "POST /accounts/me/identities/{provider}/browser": {"password": 1},
        "PUT /salons/mine/times": {"opening_hours": [], "breaks": [], "closed_days": []},
        "PUT /salons/mine/treatments": {"treatments": []},
        "PUT /salons/mine/price-rules": {"rules": []},
        "PUT /salons/mine/photos": {"photo_ids": []},
        "PUT /dogs/{dog_id}/photo": {"photo_id": str(uuid4())},
        "POST /payments/{payment_id}/confirm": {"payment_key": "of-no-payment", "order_id": "of-none", "won": 100},
    }


def _expected(access: Access, actor: Actor) -> int | None:
    """None: let through, whatever is then said of the body."""
    if access.roles is None:
        return None
    if actor.role is None:
        return EXPECTED["stranger"]
    if actor.role not in access.roles:
        return EXPECTED["another role"]
    if access.parties is not None and actor.party not in access.parties:
        return EXPECTED["not theirs"]
    return None


def _tried(stage: Stage, name: str, actor: Actor) -> int:
    method, path = name.split(" ", 1)
    address = f"/api/v1{path.format(**stage.names)}"
    if method == "GET":
        return int(actor.client.get(address).status_code)
    body = stage.bodies.get(name, {})
    return int(getattr(actor.client, method.lower())(address, body, format="json").status_code)


def test_every_endpoint_has_a_row_and_every_row_an_endpoint() -> None:
    assert set(SERVED) == set(ACCESS)


@pytest.mark.parametrize("name", SERVED)
def test_an_endpoint_lets_through_whom_its_row_names_and_nobody_else(name: str, stage: Stage) -> None:
    access = ACCESS[name]

    # Those who may come last: what they do may change what the others would find.
    for who, actor in sorted(stage.actors.items(), key=lambda one: _expected(access, one[1]) is None):
        expected, status = _expected(access, actor), _tried(stage, name, actor)
        if expected is None:
            assert status not in EXPECTED.values(), f"{who} was refused {name}: {status}"
        else:
            assert status == expected, f"{who} at {name}"


def test_an_endpoint_without_a_row_is_nobodys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entry.access.ACCESS", {})

    for who in ("customer", "groomer", "operator"):
        assert stage.actors[who].client.get("/api/v1/bookings").status_code == 403


def test_the_sweep_finds_a_query_that_forgets_whose_a_booking_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with everybody's bookings to look in, the sweep above would fail."""
    monkeypatch.setattr("bookings.queries.bookings_of", lambda **_: Booking.objects.all())

    assert _tried(stage, "GET /bookings/{booking_id}", stage.actors["another customer"]) == 200


def test_the_sweep_finds_a_role_that_is_not_asked_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ByTable, "has_permission", lambda *_: True)

    assert _tried(stage, "POST /coupon-events", stage.actors["customer"]) == 422
