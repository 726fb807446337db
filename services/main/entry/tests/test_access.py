"""Everybody tries every endpoint, and gets what the one table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account, Session, SocialIdentity
from accounts.tests.social.conftest import Providers, at, nobody_tried_before  # noqa: F401  # fixtures
from api.callers.acting import By
from api.callers.identity import Role
from bookings.models import Booking, Hold, TimeOff, WaitlistEntry
from bookings.tests.conftest import groomer, treatment  # noqa: F401  # fixtures
from chat.models import Room
from conftest import MakeAccount
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent, make_event  # noqa: F401  # fixtures
from dogs.services import add_dog
from entry.access import ACCESS, Access, ByTable, row_name
from salon_contracts.events.coupons import LineOrder
from salons.models import Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_BORI = {
    "name": "보리",
    "breed": "mixed",
    "born_in": date(2021, 3, 1),
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_000,
    "coat": "curly",
}
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
        names={"event_id": event.pk, **_things_between(customer, groomer, treatment)},
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
        "POST /accounts/me/deletion": {"password": 1},
        "POST /accounts/me/identities/{provider}/browser": {"password": 1},
        "PUT /salons/mine/times": {"opening_hours": [], "breaks": [], "closed_days": []},
        "PUT /salons/mine/treatments": {"treatments": []},
        "PUT /salons/mine/price-rules": {"rules": []},
    }


def _things_between(customer: Account, groomer: Groomer, treatment: Treatment) -> dict[str, object]:  # noqa: F811
    """What addresses name, one of each kind, by the name in the address."""
    now = timezone.now()
    return {
        "salon_id": groomer.salon_id,
        "groomer_id": groomer.pk,
        "booking_id": _booking(customer, groomer, treatment).pk,
        "entry_id": _entry(customer, groomer).pk,
        "hold_id": _hold(customer, groomer, treatment).pk,
        "room_id": Room.objects.create(customer=customer, groomer=groomer).pk,
        "time_off_id": TimeOff.objects.create(groomer=groomer, starts_at=now, ends_at=now + timedelta(hours=1)).pk,
        "account_id": groomer.account_id,
        "dog_id": add_dog(_BORI, by=By(customer.pk, now)).dog.pk,
        "session_id": Session.objects.create(account=customer, started_at=now).pk,
        "provider": _connected(customer).provider,
    }


def _connected(customer: Account) -> SocialIdentity:
    return SocialIdentity.objects.create(account=customer, provider="google", uid="1", connected_at=timezone.now())


def _booking(customer: Account, groomer: Groomer, treatment: Treatment) -> Booking:  # noqa: F811
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=1)
    return Booking.objects.create(
        customer=customer,
        groomer=groomer,
        treatment=treatment,
        dog_size="small",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        price=30_000,
        status=Booking.Status.CONFIRMED,
        booked_at=timezone.now(),
    )


def _hold(customer: Account, groomer: Groomer, treatment: Treatment) -> Hold:  # noqa: F811
    now = timezone.now().replace(microsecond=0)
    one = {"treatment_id": treatment.pk, "dog_id": None, "dog_size": "small"}
    return Hold.objects.create(
        customer=customer,
        groomer=groomer,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=1),
        visit=[{**one, "minutes": 60, "price": 1, "price_sheet": {"base": 1, "lines": []}}],
        price=1,
        held_at=now,
        held_until=now + timedelta(minutes=10),
    )


def _entry(customer: Account, groomer: Groomer) -> WaitlistEntry:  # noqa: F811
    now = timezone.now()
    day = now.date() + timedelta(days=1)
    return WaitlistEntry.objects.create(
        customer=customer, salon=groomer.salon, asked=[], first_day=day, last_day=day, joined_at=now
    )


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
