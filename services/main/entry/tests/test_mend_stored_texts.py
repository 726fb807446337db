"""What was stored before there were rules is found, shown, and mended without breaking what stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from unicodedata import normalize

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount
from coupons.models import AuditEntry, CouponEvent
from entry.stored_texts import NAMELESS, WRITTEN_BY_PEOPLE
from outbox.models import OutboxRow
from salon_contracts.events.coupons import CouponEventChangedV1
from salons.models import Region, Salon, Treatment

pytestmark = pytest.mark.django_db(transaction=True)

OF_PROGRAMS = {
    "accounts.AccountMail": {"kind", "address", "address_digest", "provider", "language"},
    "accounts.RecoveryCode": {"digest"},
    "accounts.SecondFactor": {"sealed_secret"},
    "accounts.Session": {"client", "device", "network"},
    "accounts.Account": {"password", "email", "role"},
    "accounts.RefreshToken": {"digest", "nonce"},
    "accounts.SignInOrigin": {"kind", "digest"},
    "accounts.SocialIdentity": {"provider", "uid"},
    "bookings.BookedTreatment": {"dog_size"},
    "bookings.Booking": {"dog_size", "status", "ending", "language"},
    "bookings.Hold": {"state"},
    "bookings.WaitlistEntry": {"state", "language"},
    "calendars.CalendarFeed": {"digest", "language"},
    "coupons.CouponEvent": {"state", "line_order"},
    "coupons.Coupon": {"claim_id"},
    "coupons.RehearsedCoupon": {"claim_id"},
    "coupons.RefusedClaim": {"claim_id", "reason"},
    "coupons.AuditEntry": {"act", "trace_id"},
    "coupons.Draw": {"seed", "commitment", "entries_digest"},
    "coupons.DrawPage": {"entries_digest"},
    "coupons.IssueLog": {"pseudonym_key", "hash"},
    "coupons.IssueLink": {"customer", "hash"},
    "dogs.Dog": {"breed", "sex", "neutered", "coat"},
    "due.DueAct": {"kind", "reference", "failure"},
    "idempotency.CarriedOut": {"key", "asked"},
    "messaging.SetAsideRecord": {"consumer_group", "topic", "reason"},
    "notifications.Notification": {"kind"},
    "payments.Attempt": {"idempotency_key"},
    "payments.LedgerEntry": {"reason", "debit", "credit"},
    "payments.Payment": {"order_id", "order_name", "payment_key", "state", "refusal", "language"},
    "payments.ProviderEvent": {"call", "outcome", "code", "status"},
    "payments.Refund": {"reason", "state", "refusal"},
    "photos.Photo": {"purpose", "content_type", "state", "refused_as"},
    "prices.PriceRule": {"reason", "value"},
    "reviews.Report": {"reason"},
    "salons.SearchEntry": {"city", "name", "initials", "text", "terms"},
    "salons.SearchPrice": {"kind", "size", "city"},
    "salons.SearchTerm": {"term"},
    "salons.Treatment": {"kind"},
    "outbox.OutboxRow": {"topic", "key"},
    "outbox.ParkedRow": {"topic", "key", "reason"},
    "salons.Salon": {"time_zone"},
}


def run(*words: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("mend_stored_texts", *words, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def coupon_event(operator: Account, state: str) -> CouponEvent:
    now = timezone.now()
    return CouponEvent.objects.create(
        title="봄\u202e\n맞이", quantity=3, discount_won=1, opens_at=now, closes_at=now + timedelta(hours=1),
        state=state, message_ko="천천히\u0007\r\n와요", created_by=operator, created_at=now, changed_at=now,
    )  # fmt: skip


def test_names_of_old_are_shown_and_then_mended_once(
    make_account: MakeAccount, stranger: APIClient, operator: Account, client_of: Callable[[Account], APIClient]
) -> None:
    odd, blank, good = make_account(), make_account(), make_account(name="보리 보호자")
    Account.objects.filter(pk=odd.pk).update(name="보\u200b리\r\n\u202eX")
    Account.objects.filter(pk=blank.pk).update(name="\u3164\u200b")
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    salon = Salon.objects.create(region=region, name="살롱", address="서울")
    Salon.objects.filter(pk=salon.pk).update(name=normalize("NFD", "살롱") + "\u0000", summary="\u200b")

    shown = run("--dry-run")
    unchanged = Account.objects.get(pk=odd.pk).name
    odd.refresh_from_db()
    odd.set_password("korong-korong-7")
    odd.save()
    done = run()
    again = run()

    assert shown[0] == done[0] == again[0] == 0
    assert unchanged == "보\u200b리\r\n\u202eX"
    assert [line.replace("would be", "is now") for line in shown[1]] == done[1]
    assert len(done[1]) == 4
    assert again[1] == []
    assert [Account.objects.get(pk=one.pk).name for one in (odd, blank, good)] == ["보리 X", NAMELESS, "보리 보호자"]
    salon.refresh_from_db()
    assert (salon.name, salon.summary) == ("살롱", "")
    assert stranger.get(f"/api/v1/salons/{salon.pk}").json()["name"] == "살롱"
    assert client_of(odd).get("/api/v1/accounts/me").json()["name"] == "보리 X"


def test_before_it_is_mended_it_can_be_read_everywhere(stranger: APIClient, operator: Account) -> None:
    event = coupon_event(operator, CouponEvent.State.PUBLISHED)
    operator.is_staff = operator.is_superuser = True
    operator.save()
    page = Client()
    page.force_login(operator)

    assert stranger.get(f"/api/v1/coupon-events/{event.pk}").json()["title"] == "봄\u202e\n맞이"
    assert stranger.get("/api/v1/coupon-events").status_code == 200
    assert page.get(f"/admin/coupons/couponevent/{event.pk}/change/").status_code == 200
    assert page.get("/admin/coupons/couponevent/").status_code == 200


def test_who_waits_in_line_hears_a_mended_title_and_a_draft_stays_among_operators(operator: Account) -> None:
    published, draft = coupon_event(operator, CouponEvent.State.PUBLISHED), coupon_event(operator, "draft")

    status, lines = run()

    assert (status, len(lines)) == (0, 4)
    (row,) = OutboxRow.objects.filter(topic="coupon-events")
    printed = CouponEventChangedV1.from_bytes(bytes(row.value))
    assert (printed.coupon_event_id, printed.revision, printed.title) == (published.pk, 2, "봄 맞이")
    assert printed.message is not None
    assert printed.message.ko == "천천히\n와요"
    assert CouponEvent.objects.get(pk=draft.pk).title == "봄 맞이"
    assert not AuditEntry.objects.exists()


def test_what_only_an_operator_can_decide_stays_and_is_named(make_account: MakeAccount) -> None:
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    salon = Salon.objects.create(region=region, name="살롱", address="서울")
    sizes = {f"{what}_{size}": 60 for what in ("price", "minutes") for size in ("small", "medium", "large")}
    Treatment.objects.create(salon=salon, name="목욕 물", **sizes)
    twin = Treatment.objects.create(salon=salon, name="산책", **sizes)
    Treatment.objects.filter(pk=twin.pk).update(name="목욕\n물")
    account = make_account()
    Account.objects.filter(pk=account.pk).update(email="a@1.2.3.4")

    status, lines = run()

    assert status == 1
    assert len(lines) == 2
    assert f"salons.Treatment {twin.pk} name" in lines[0]
    assert "stays, another row has that name" in lines[0]
    assert lines[1] == f"accounts.Account {account.pk} email is no address: give them one in the admin"
    assert Treatment.objects.get(pk=twin.pk).name == "목욕\n물"


def test_every_text_column_is_known_as_people_s_or_as_a_program_s() -> None:
    ours = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
    columns = {
        (model._meta.label, field.name)
        for model in ours
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
    }

    known = {
        (label, name) for table in (WRITTEN_BY_PEOPLE, OF_PROGRAMS) for label, names in table.items() for name in names
    }
    assert columns == known
