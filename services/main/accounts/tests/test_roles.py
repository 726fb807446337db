"""An account keeps the role in which it has left something behind."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.models import Account
from accounts.roles import ROWS_OF_ROLE
from api.callers.acting import By
from bookings.models import Booking
from chat.models import Room
from chat.rooms.services import open_room
from conftest import MakeAccount
from coupons.models import Coupon, CouponEvent
from salon_contracts.http.problem import Forbidden
from salons.models import Groomer, Region, Salon, Treatment

pytestmark = pytest.mark.django_db(transaction=True)

# Rows that any account may have, whatever its role.
OF_ANY_ROLE = {
    ("accounts.SecondFactor", "account"),
    ("accounts.Session", "account"),
    ("accounts.SignInOrigin", "account"),
    ("accounts.SocialIdentity", "account"),
    ("blocks.Block", "account"),
    ("blocks.Block", "blocked"),
    ("calendars.CalendarFeed", "account"),
    ("notifications.Notification", "recipient"),
    ("admin.LogEntry", "user"),
    ("idempotency.CarriedOut", "account"),
    ("photos.Photo", "account"),
    ("reviews.Report", "account"),
}


@pytest.fixture
def groomer(make_account: MakeAccount) -> Groomer:
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    salon = Salon.objects.create(region=region, name=f"살롱 {uuid4().hex[:6]}", address="서울 중구 세종대로 1")
    return Groomer.objects.create(salon=salon, account=make_account(role=Account.Role.GROOMER), name="김보라")


def _leave_a_room(customer: Account, groomer: Groomer) -> None:
    Room.objects.create(customer=customer, groomer=groomer)


def _leave_a_booking(customer: Account, groomer: Groomer) -> None:
    sizes = {f"{what}_{size}": 60 for what in ("price", "minutes") for size in ("small", "medium", "large")}
    treatment = Treatment.objects.create(salon=groomer.salon, name="목욕", **sizes)
    now = timezone.now()
    Booking.objects.create(
        customer=customer, groomer=groomer, treatment=treatment, dog_size="small", starts_at=now, price=60,
        ends_at=now + timedelta(hours=1), status=Booking.Status.CANCELLED, booked_at=now, cancelled_at=now,
    )  # fmt: skip


def _leave_a_coupon(customer: Account, groomer: Groomer) -> None:
    now = timezone.now()
    event = CouponEvent.objects.create(
        title="봄", quantity=1, discount_won=1, opens_at=now, closes_at=now + timedelta(hours=1),
        created_by=groomer.account, created_at=now, changed_at=now,
    )  # fmt: skip
    Coupon.objects.create(
        event=event, customer=customer, serial=1, number=1, claim_id="c", issued_at=now, expires_at=now
    )


@pytest.mark.parametrize("leave", [_leave_a_room, _leave_a_booking, _leave_a_coupon])
@pytest.mark.parametrize("role", [Account.Role.GROOMER, Account.Role.OPERATOR])
def test_a_customer_with_a_booking_a_room_or_a_coupon_stays_a_customer(
    customer: Account, groomer: Groomer, leave: object, role: str
) -> None:
    leave(customer, groomer)  # type: ignore[operator]

    _nobody_can_give(customer, role)


@pytest.mark.parametrize("role", [Account.Role.CUSTOMER, Account.Role.OPERATOR])
def test_a_salon_s_groomer_stays_a_groomer_until_the_salon_lets_them_go(groomer: Groomer, role: str) -> None:
    account = groomer.account

    _nobody_can_give(account, role)
    groomer.delete()
    account.role = role
    account.save()

    assert Account.objects.get(pk=account.pk).role == role


def _nobody_can_give(account: Account, role: str) -> None:
    before = account.role
    account.role = role
    for way in (account.full_clean, account.save, lambda: Account.objects.filter(pk=account.pk).update(role=role)):
        with pytest.raises(ValidationError) as refused:
            way()
        assert [fault.code for fault in refused.value.error_dict["role"]] == ["role-is-bound"]
    assert Account.objects.get(pk=account.pk).role == before


def test_an_account_that_left_nothing_takes_another_role(customer: Account) -> None:
    assert Account.objects.filter(pk=customer.pk).update(role=Account.Role.GROOMER) == 1


def test_a_token_of_the_old_role_leaves_no_row_behind(customer: Account, groomer: Groomer) -> None:
    Account.objects.filter(pk=customer.pk).update(role=Account.Role.GROOMER)

    with pytest.raises(Forbidden):
        open_room(groomer_id=groomer.pk, by=By(customer.pk, timezone.now()))
    with pytest.raises(Forbidden):
        Groomer.objects.create(salon=groomer.salon, account=_operator(customer), name="이보라")

    assert not Room.objects.exists()


def _operator(account: Account) -> Account:
    Account.objects.filter(pk=account.pk).update(role=Account.Role.OPERATOR)
    return account


def test_every_column_that_names_an_account_says_whether_it_belongs_to_a_role() -> None:
    columns = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Account
    }

    of_roles = {one for rows in ROWS_OF_ROLE.values() for one in rows}
    assert columns == of_roles | OF_ANY_ROLE
