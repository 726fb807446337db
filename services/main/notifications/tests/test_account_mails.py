"""Mails about accounts: each once, in the language of whoever asked, and no address stays behind."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog.testing
from django.conf import LazySettings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone, translation

from accounts.credentials.devices import account_digest
from accounts.mailed.waiting import KEPT, write_to
from accounts.models import Account, AccountMail
from accounts.sessions.clearing import clear_what_is_over
from notifications.mails import of_accounts
from notifications.mails.of_accounts import send_waiting_account_mails
from notifications.mails.of_bookings import MailDelivery

pytestmark = pytest.mark.django_db
Kind = AccountMail.Kind


def test_a_mail_is_sent_once_and_its_address_is_kept_no_longer(customer: Account) -> None:
    write_to(customer.email, Kind.CONFIRM_EMAIL, now=timezone.now())

    assert [send_waiting_account_mails(now=timezone.now()) for _ in range(2)] == [1, 0]

    row = AccountMail.objects.get()
    assert (row.address, row.address_digest) == ("", account_digest(customer.email))
    assert [one.to for one in mail.outbox] == [[customer.email]]


@pytest.mark.parametrize(("language", "word"), [("ko", "확인해 주세요"), ("en", "Please confirm")])
def test_it_is_in_the_language_of_whoever_asked(customer: Account, language: str, word: str) -> None:
    with translation.override(language):
        write_to(customer.email, Kind.CONFIRM_EMAIL, now=timezone.now())
    send_waiting_account_mails(now=timezone.now())

    assert word in mail.outbox[0].subject


@pytest.mark.parametrize("kind", Kind)
def test_no_mail_says_a_name_that_a_stranger_may_have_chosen(customer: Account, kind: AccountMail.Kind) -> None:
    for language in ("ko", "en"):
        with translation.override(language):
            write_to(customer.email, kind, now=timezone.now(), about_account=customer.pk)
    send_waiting_account_mails(now=timezone.now())

    assert len(mail.outbox) == 2
    assert not [one for one in mail.outbox if customer.name in f"{one.subject} {one.body}" or "{" in one.body]


def test_an_address_that_nobody_has_gets_no_link(customer: Account) -> None:
    write_to(f"not-{customer.email}", Kind.RESET_PASSWORD, now=timezone.now())

    assert send_waiting_account_mails(now=timezone.now()) == 0
    assert AccountMail.objects.get().tried_at is not None


def test_one_address_gets_so_many_of_a_kind_a_day_whoever_asks(
    customer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_accounts, "MAILS_A_DAY", 2)
    for _ in range(4):
        write_to(customer.email, Kind.CONFIRM_EMAIL, now=timezone.now())
    write_to(customer.email, Kind.PASSWORD_CHANGED, now=timezone.now())

    assert send_waiting_account_mails(now=timezone.now()) == 3
    assert send_waiting_account_mails(now=timezone.now()) == 0


def test_a_mail_that_another_worker_has_taken_is_left_alone(customer: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    write_to(customer.email, Kind.CONFIRM_EMAIL, now=timezone.now())
    opened = EmailBackend.open

    def the_other_was_quicker(server: EmailBackend) -> Any:
        AccountMail.objects.update(tried_at=timezone.now())
        return opened(server)

    monkeypatch.setattr(EmailBackend, "open", the_other_was_quicker)

    assert send_waiting_account_mails(now=timezone.now()) == 0
    assert mail.outbox == []


def test_the_worker_of_notifications_sends_them_and_rows_are_gone_after_some_days(customer: Account) -> None:
    now = timezone.now()
    write_to(customer.email, Kind.CONFIRM_EMAIL, now=now)

    MailDelivery().deliver_some()
    clear_what_is_over(now=now + KEPT - timedelta(minutes=1))
    kept = AccountMail.objects.count()
    clear_what_is_over(now=now + KEPT)

    assert len(mail.outbox) == 1
    assert (kept, AccountMail.objects.count()) == (1, 0)


def test_without_a_mail_server_no_link_is_printed_but_on_ones_own_machine() -> None:
    """Whoever reads the log would set somebody else's password."""
    show = "from config import settings; print(settings.EMAIL_BACKEND)"
    without = "mail_url=None, mail_folder=None"
    backends = {
        named: subprocess.run(
            [
                sys.executable,
                "-c",
                f"from config.env import env; env.__dict__.update({without}, salon_env={named!r}); {show}",
            ],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()[-1]
        for named in ("local", "production")
    }

    assert {named: backend.split(".")[-2] for named, backend in backends.items()} == {
        "local": "console",
        "production": "dummy",
    }


def test_mails_that_go_nowhere_are_told_of(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    with structlog.testing.capture_logs() as lines:
        MailDelivery()

    assert [line["event"] for line in lines] == ["mails_go_nowhere"]


def test_a_mail_of_a_kind_that_a_later_release_writes_waits_and_holds_nobody_up(customer: Account) -> None:
    write_to(customer.email, Kind.CONFIRM_EMAIL, now=timezone.now() - timedelta(minutes=1))
    AccountMail.objects.update(kind="kind-of-tomorrow")
    write_to(customer.email, Kind.CONFIRM_EMAIL, now=timezone.now())

    assert send_waiting_account_mails(now=timezone.now()) == 1
    assert AccountMail.objects.get(tried_at=None).kind == "kind-of-tomorrow"
