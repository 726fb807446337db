"""Whoever deletes their account is nowhere in the tables any more, and nothing of others' goes with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account, Session, SocialIdentity
from accounts.tests.conftest import PASSWORD, post_sign_in
from accounts.tests.mailed import subjects_to
from api.callers.acting import By
from bookings.models import Booking
from chat.models import Room
from chat.rooms.services import open_room
from conftest import MakeAccount
from coupons.models import Coupon, CouponEvent
from dogs.services import add_dog
from notifications.models import Notification
from salons.models import Groomer, Region, Salon, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
DELETE, ME = "/api/v1/accounts/me/deletion", "/api/v1/accounts/me"
NAME, DOG, UID = "몽블랑네 이름둘", "휘낭시에강아지", "uid-of-the-person"
BORI = {
    "breed": "mixed", "born_in": date(2021, 3, 1), "sex": "female", "neutered": "yes", "weight_grams": 5_000,
    "coat": "curly",
}  # fmt: skip

ClientOf = Callable[[Account], APIClient]


@pytest.fixture
def person(make_account: MakeAccount) -> Account:
    return make_account(password=PASSWORD, name=NAME)


@pytest.fixture
def groomer(make_account: MakeAccount) -> Groomer:
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    salon = Salon.objects.create(region=region, name=f"살롱 {uuid4().hex[:6]}", address="서울 중구 세종대로 1")
    return Groomer.objects.create(
        salon=salon, account=make_account(role=Account.Role.GROOMER, password=PASSWORD), name="김보라"
    )


def places_of(*words: str) -> set[str]:
    """Every table and column of the database that has one of these words in it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM `{table}`")  # noqa: S608  # a table's own name
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{table}.{column}"
                    for column, value in zip(columns, row, strict=True)
                    if any(word in _as_text(value) for word in words)
                }
    return found


def _as_text(value: object) -> str:
    """JSON columns escape what is not ASCII."""
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return text + text.encode().decode("unicode_escape", errors="replace") if "\\u" in text else text


def booking_of(person: Account, groomer: Groomer, *, starts_in: timedelta) -> Booking:
    sizes = {f"{what}_{size}": 60 for what in ("price", "minutes") for size in ("small", "medium", "large")}
    treatment = Treatment.objects.create(salon=groomer.salon, name=f"목욕 {uuid4().hex[:6]}", **sizes)
    starts_at = timezone.now() + starts_in
    return Booking.objects.create(
        customer=person, groomer=groomer, treatment=treatment, dog_size="small", starts_at=starts_at, price=60,
        ends_at=starts_at + timedelta(hours=1), status=Booking.Status.CONFIRMED, booked_at=starts_at,
    )  # fmt: skip


def coupon_of(person: Account, operator: Account) -> Coupon:
    now = timezone.now()
    event = CouponEvent.objects.create(
        title="봄", quantity=1, discount_won=1, opens_at=now, closes_at=now + timedelta(hours=1),
        created_by=operator, created_at=now, changed_at=now,
    )  # fmt: skip
    return Coupon.objects.create(
        event=event, customer=person, serial=1, number=1, claim_id="c", issued_at=now, expires_at=now
    )


def a_life_of(person: Account, groomer: Groomer, operator: Account) -> None:
    """Something in every table that has to do with people."""
    post_sign_in(APIClient(), person, "mobile")
    SocialIdentity.objects.create(account=person, provider="google", uid=UID, connected_at=timezone.now())
    booking_of(person, groomer, starts_in=-timedelta(days=2))
    coupon_of(person, operator)
    add_dog({**BORI, "name": DOG}, by=By(person.pk, timezone.now()))
    room = open_room(groomer_id=groomer.pk, by=By(person.pk, timezone.now())).room
    for recipient in (person, groomer.account):
        Notification.objects.create(
            recipient=recipient, kind="chat.room-opened", source_id=uuid4(), created_at=timezone.now(),
            facts={"room_id": str(room.pk), "customer_name": person.name},
        )  # fmt: skip
    LogEntry.objects.create(
        user=operator, content_type=ContentType.objects.get_for_model(Account), object_id=str(person.pk),
        object_repr=str(person), action_flag=CHANGE,
    )  # fmt: skip


def test_no_table_has_the_person_any_more_and_every_record_that_others_need_is_there(
    person: Account, groomer: Groomer, operator: Account, client_of: ClientOf
) -> None:
    a_life_of(person, groomer, operator)
    words = (person.email, NAME, DOG, UID)
    before = places_of(*words)

    answer = client_of(person).post(DELETE, {"password": PASSWORD})
    letters = subjects_to(person.email)

    assert before >= {
        *("accounts_account.email", "accounts_account.name", "django_admin_log.object_repr", "dogs_dog.name"),
        *("notifications_notification.facts", "accounts_socialidentity.uid"),
    }, "the search finds what is there"
    assert answer.status_code == 204
    assert letters == ["[댕댕살롱] 계정이 삭제됐어요"]
    assert places_of(*words) == set()
    assert [model.objects.count() for model in (Booking, Coupon, Room)] == [1, 1, 1]
    assert Notification.objects.filter(recipient=groomer.account).count() == 1


def test_whoever_it_was_is_signed_out_everywhere_and_comes_in_no_more(person: Account, client_of: ClientOf) -> None:
    tokens = post_sign_in(APIClient(), person, "mobile").json()
    phone = APIClient()
    phone.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")

    client_of(person).post(DELETE, {"password": PASSWORD})

    assert phone.get(ME).status_code == 401
    refreshed = APIClient().post("/api/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]})
    assert (refreshed.status_code, post_sign_in(APIClient(), person, "mobile").status_code) == (401, 401)
    assert set(Session.objects.filter(account=person).values_list("device", "network")) == {("", "")}


def test_the_address_is_free_again_and_whoever_takes_it_is_somebody_else(
    person: Account, client_of: ClientOf, stranger: APIClient
) -> None:
    client_of(person).post(DELETE, {"password": PASSWORD})

    joined = stranger.post("/api/v1/accounts", {"email": person.email, "password": PASSWORD, "name": "새 보호자"})

    assert joined.status_code == 201
    assert joined.json()["id"] != person.pk


def test_a_groomer_still_sees_the_booking_and_the_room_and_nobodys_name(
    person: Account, groomer: Groomer, operator: Account, client_of: ClientOf
) -> None:
    a_life_of(person, groomer, operator)
    client_of(person).post(DELETE, {"password": PASSWORD})

    bookings = client_of(groomer.account).get("/api/v1/bookings").json()["items"]
    rooms = client_of(groomer.account).get("/api/v1/rooms").json()["items"]

    assert (len(bookings), len(rooms)) == (1, 1)
    assert "탈퇴한 회원" in str(rooms)


def test_not_while_a_booking_is_ahead(person: Account, groomer: Groomer, client_of: ClientOf) -> None:
    booking = booking_of(person, groomer, starts_in=timedelta(days=2))

    refused = client_of(person).post(DELETE, {"password": PASSWORD})
    Booking.objects.filter(pk=booking.pk).update(status=Booking.Status.CANCELLED, cancelled_at=timezone.now())
    done = client_of(person).post(DELETE, {"password": PASSWORD})

    assert (refused.status_code, refused.json()["code"], refused.json()["bookings_ahead"]) == (
        *(409, "account-is-needed"),
        1,
    )
    assert done.status_code == 204


def test_a_groomer_is_let_go_by_the_salon_first_and_an_operator_by_another(
    groomer: Groomer, make_account: MakeAccount, client_of: ClientOf
) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)

    of_groomer = client_of(groomer.account).post(DELETE, {"password": PASSWORD})
    of_operator = client_of(operator).post(DELETE, {"password": PASSWORD})

    assert (of_groomer.status_code, of_groomer.json()["code"]) == (409, "account-is-needed")
    assert of_operator.status_code == 403


def test_without_the_password_nothing_happens(person: Account, client_of: ClientOf) -> None:
    refused = client_of(person).post(DELETE, {"password": "guess"})

    assert (refused.status_code, refused.json()["code"]) == (403, "wrong-password")
    person.refresh_from_db()
    assert (person.is_active, person.name) == (True, NAME)


def test_what_is_refused_in_the_middle_leaves_the_account_whole(
    person: Account, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, account_id: int, now: object) -> None:
        raise RuntimeError(account_id)

    Notification.objects.create(
        recipient=person, kind="coupon.issued", facts={}, source_id=uuid4(), created_at=timezone.now()
    )
    monkeypatch.setattr("chat.leaving.forget_name_in_notifications", broken)

    assert client_of(person).post(DELETE, {"password": PASSWORD}).status_code == 500

    person.refresh_from_db()
    assert (person.is_active, Notification.objects.filter(recipient=person).count(), mail.outbox) == (True, 1, [])
