"""Which rows go with the row they point to, for every foreign key of the database: a new table has to be put in here.

A release deletes a row with the children that it knows. For one that does not know a table, the database itself lets
that go (serving/mysql/foreign_keys.py), or refuses for a reason that stands here.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import CASCADE, PROTECT, SET_NULL, ForeignKey
from django.utils import timezone

from accounts.models import Account, SocialIdentity
from blocks.models import Block
from bookings.models import Hold, WaitlistEntry
from conftest import MakeAccount
from favourites.models import Favourite
from salons.models import Break, Groomer, Region, Salon

pytestmark = pytest.mark.django_db(transaction=True)

RECORD = Path(__file__).parents[4] / "deploy" / "last_release.json"
DJANGOS = {"django_admin_log", "auth_permission", "auth_group_permissions"}
HOUR = timedelta(hours=1)
GOES, EMPTIED, BY_RELEASE, REFUSES = "goes with it", "is emptied", "every release takes it along", "refuses"
IN_DATABASE = {GOES: "CASCADE", EMPTIED: "SET NULL", BY_RELEASE: "NO ACTION", REFUSES: "NO ACTION"}
IN_DJANGO = {GOES: {CASCADE, PROTECT}, EMPTIED: {SET_NULL}, BY_RELEASE: {CASCADE, SET_NULL}, REFUSES: {PROTECT}}

# Parent → child and column → what becomes of it. PROTECT and "goes with it" stand together where this release refuses,
# and one that does not know the child may delete all the same.
RULES: dict[str, dict[str, str]] = {
    "accounts_account": {
        "accounts_account_groups.account_id": BY_RELEASE,
        "accounts_account_user_permissions.account_id": BY_RELEASE,
        "accounts_secondfactor.account_id": GOES,
        "accounts_session.account_id": BY_RELEASE,
        "accounts_signinorigin.account_id": GOES,
        "accounts_socialidentity.account_id": GOES,
        "blocks_block.account_id": GOES,
        "blocks_block.blocked_id": GOES,
        "bookings_booking.customer_id": REFUSES,
        "bookings_waitlistentry.customer_id": GOES,
        "calendars_calendarfeed.account_id": GOES,
        "chat_room.customer_id": REFUSES,
        "coupons_auditentry.operator_id": REFUSES,
        "coupons_coupon.customer_id": REFUSES,
        "coupons_couponevent.created_by_id": REFUSES,
        "django_admin_log.user_id": BY_RELEASE,
        "dogs_dog.owner_id": GOES,
        "favourites_favourite.customer_id": GOES,
        "idempotency_carriedout.account_id": GOES,
        "notifications_notification.recipient_id": BY_RELEASE,
        "payments_payment.customer_id": REFUSES,
        "photos_photo.account_id": EMPTIED,
        "reviews_report.account_id": GOES,
        "salons_groomer.account_id": REFUSES,
    },
    "accounts_secondfactor": {"accounts_recoverycode.factor_id": GOES},
    "accounts_session": {"accounts_refreshtoken.session_id": BY_RELEASE},
    "auth_group": dict.fromkeys(("accounts_account_groups.group_id", "auth_group_permissions.group_id"), BY_RELEASE),
    "auth_permission": dict.fromkeys(
        ("accounts_account_user_permissions.permission_id", "auth_group_permissions.permission_id"), BY_RELEASE
    ),
    "bookings_booking": {
        **dict.fromkeys(("bookings_bookedtreatment.booking_id", "bookings_move.booking_id"), GOES),
        "payments_payment.booking_id": REFUSES,
        "reviews_review.booking_id": GOES,
    },
    "coupons_couponevent": {
        f"coupons_{table}.event_id": REFUSES
        for table in ("auditentry", "coupon", "draw", "drawpage", "issuelink", "issuelog", "rehearsedcoupon")
    },
    "django_content_type": {
        "auth_permission.content_type_id": BY_RELEASE,
        "django_admin_log.content_type_id": BY_RELEASE,
    },
    "dogs_dog": {"bookings_bookedtreatment.dog_id": EMPTIED, "photos_photo.dog_id": EMPTIED},
    "reviews_review": {"reviews_report.review_id": GOES},
    "salons_groomer": {
        "bookings_booking.groomer_id": REFUSES,
        "bookings_hold.groomer_id": GOES,
        "bookings_timeoff.groomer_id": GOES,
        "bookings_waitlistentry.groomer_id": GOES,
        "chat_room.groomer_id": REFUSES,
    },
    "payments_payment": {
        f"payments_{table}.payment_id": REFUSES for table in ("attempt", "ledgerentry", "providerevent", "refund")
    },
    "payments_refund": {f"payments_{table}.refund_id": REFUSES for table in ("attempt", "providerevent")},
    "salons_region": {"salons_salon.region_id": REFUSES},
    "salons_salon": {
        "bookings_waitlistentry.salon_id": GOES,
        "favourites_favourite.salon_id": GOES,
        "photos_photo.salon_id": EMPTIED,
        "prices_pricerule.salon_id": GOES,
        "reviews_rating.salon_id": GOES,
        "reviews_review.salon_id": GOES,
        "salons_break.salon_id": GOES,
        "salons_closedday.salon_id": GOES,
        "salons_groomer.salon_id": REFUSES,
        "salons_openinghours.salon_id": BY_RELEASE,
        "salons_treatment.salon_id": REFUSES,
    },
    "salons_treatment": {
        # What was booked stays as it was booked; an older release shows a failure in its admin and changes nothing.
        "bookings_bookedtreatment.treatment_id": REFUSES,
        "bookings_booking.treatment_id": REFUSES,
        "prices_pricerule.treatment_id": GOES,
    },
}
FOREIGN_KEYS = """
    SELECT k.REFERENCED_TABLE_NAME, CONCAT(k.TABLE_NAME, '.', k.COLUMN_NAME), r.DELETE_RULE
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
     AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL"""


class Child(NamedTuple):
    parent: str
    column: str
    rule: str


CHILDREN = [Child(parent, column, rule) for parent, found in RULES.items() for column, rule in found.items()]


def in_database() -> set[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS)
        # MariaDB says RESTRICT of what has no rule; InnoDB does the same for both.
        return {(parent, column, rule.replace("RESTRICT", "NO ACTION")) for parent, column, rule in cursor.fetchall()}


def test_the_database_does_with_every_foreign_key_what_the_table_says() -> None:
    assert in_database() == {(child.parent, child.column, IN_DATABASE[child.rule]) for child in CHILDREN}


def test_what_a_release_has_to_take_along_is_a_table_of_the_last_one() -> None:
    last = json.loads(RECORD.read_text(encoding="utf-8"))["migrations"]
    theirs = MigrationLoader(None).project_state([*last.items()]).apps.get_models(include_auto_created=True)
    known = {model._meta.db_table for model in theirs} | DJANGOS

    assert {child.column.partition(".")[0] for child in CHILDREN if child.rule == BY_RELEASE} - known == set()


def test_this_release_means_by_its_models_what_the_table_says() -> None:
    meant = {
        f"{model._meta.db_table}.{field.column}": field.remote_field.on_delete  # Django's name
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey)
    }

    assert [child for child in CHILDREN if meant[child.column] not in IN_DJANGO[child.rule]] == []


def _execute(statement: str, *values: int | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _identity_of(account: Account) -> None:
    SocialIdentity.objects.create(account=account, provider="kakao", uid=uuid4().hex, connected_at=timezone.now())


def test_an_account_is_deleted_by_whoever_knows_nothing_of_providers(make_account: MakeAccount) -> None:
    account = make_account()
    _identity_of(account)

    _execute("DELETE FROM accounts_account WHERE id = %s", account.pk)

    assert not SocialIdentity.objects.filter(account=account).exists()


def test_who_leaves_by_a_release_that_knows_nothing_of_providers_is_forgotten_too(make_account: MakeAccount) -> None:
    account, other = make_account(), make_account()
    for one in (account, other):
        _identity_of(one)
    _execute("UPDATE accounts_account SET name = 'somebody' WHERE id = %s", account.pk)
    assert SocialIdentity.objects.filter(account=account).exists()

    _execute("UPDATE accounts_account SET left_at = %s WHERE id = %s", timezone.now(), account.pk)

    assert not SocialIdentity.objects.filter(account=account).exists()
    assert SocialIdentity.objects.filter(account=other).exists()


def test_who_leaves_by_a_release_that_knows_no_favourites_and_no_blocks_is_in_no_list(
    make_account: MakeAccount, salon: Salon
) -> None:
    account, other, third = make_account(), make_account(), make_account()
    now = timezone.now()
    for one in (account, other):
        Favourite.objects.create(customer=one, salon=salon, since=now)
    for blocker, blocked in ((account, other), (other, account), (other, third)):
        Block.objects.create(account=blocker, blocked=blocked, since=now)

    _execute("UPDATE accounts_account SET left_at = %s WHERE id = %s", now, account.pk)

    assert [one.customer_id for one in Favourite.objects.all()] == [other.pk]
    assert [(one.account_id, one.blocked_id) for one in Block.objects.all()] == [(other.pk, third.pk)]


def test_who_leaves_by_a_release_that_knows_no_holds_and_no_waitlist_holds_nothing_and_waits_for_nothing(
    make_account: MakeAccount, salon: Salon
) -> None:
    account, other = make_account(), make_account()
    groomer = Groomer.objects.create(salon=salon, account=make_account(role=Account.Role.GROOMER), name="김보라")
    now = timezone.now()
    for hours, one in enumerate((account, other)):
        WaitlistEntry.objects.create(
            customer=one, salon=salon, asked=[], first_day=now.date(), last_day=now.date(), joined_at=now
        )
        starts_at = now + hours * HOUR
        times = {"starts_at": starts_at, "ends_at": starts_at + HOUR, "held_at": now, "held_until": now + HOUR}
        Hold.objects.create(customer=one, groomer=groomer, visit=[], price=1, **times)

    _execute("UPDATE accounts_account SET left_at = %s WHERE id = %s", now, account.pk)

    for model in (Hold, WaitlistEntry):
        assert list(model.objects.values_list("customer_id", flat=True)) == [other.pk]


@pytest.fixture
def salon() -> Salon:
    region, _ = Region.objects.get_or_create(city="서울", district="마포구")
    return Salon.objects.create(region=region, name="몽실살롱", address="서울 마포구 1")


def test_a_salon_is_deleted_by_whoever_knows_nothing_of_its_breaks(salon: Salon) -> None:
    Break.objects.create(salon=salon, weekday=1, starts_at=time(12), ends_at=time(13))

    _execute("DELETE FROM salons_salon WHERE id = %s", salon.pk)

    assert not Break.objects.filter(salon=salon.pk).exists()


def test_what_refuses_does(salon: Salon) -> None:
    with pytest.raises(IntegrityError):
        _execute("DELETE FROM salons_region WHERE id = %s", salon.region_id)
