"""Confirming an address, and changing it. A link that was opened is the proof; what was typed is none."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.credentials.locking import lock_account
from accounts.errors import EmailIsConfirmed, EmailTaken, UnfitLink
from accounts.mailed.links import Act, insist_on_unused, opened
from accounts.mailed.waiting import write_to
from accounts.models import Account, AccountMail
from api.callers.acting import By
from salon_kit.logs import get_logger

log = get_logger(__name__)


def send_confirmation_again(*, account: Account, now: datetime) -> None:
    """Raises EmailIsConfirmed."""
    if account.email_confirmed:
        raise EmailIsConfirmed
    write_to(account.email, AccountMail.Kind.CONFIRM_EMAIL, now=now)


def confirm_email(*, token: str, now: datetime) -> Account:
    """Raises UnfitLink."""
    link = opened(Act.CONFIRM_EMAIL, token)
    with transaction.atomic(durable=True):
        account = insist_on_unused(Act.CONFIRM_EMAIL, link, _locked(link.account_id))
        account.email_confirmed_at = now
        account.save(update_fields=["email_confirmed_at"])
    log.info("email_confirmed", account_id=account.pk)
    return account


def ask_to_change_email(*, email: str, account: Account, now: datetime) -> None:
    """A mail to the new address (canonical); nothing changes before its link is opened. Raises EmailTaken."""
    if Account.objects.filter(email=email).exists():
        raise EmailTaken
    write_to(email, AccountMail.Kind.CHANGE_EMAIL, now=now, about_account=account.pk)


def change_email(*, token: str, by: By) -> Account:
    """The address to which the link went becomes the account's, and the old one is written to.

    Only for whoever is signed in as the account: an address that was mistyped is somebody's, who gets the mail and must
    not get the account. Raises UnfitLink, EmailTaken.
    """
    link = opened(Act.CHANGE_EMAIL, token)
    if link.account_id != by.account_id:
        raise UnfitLink
    try:
        with transaction.atomic(durable=True):
            account = insist_on_unused(Act.CHANGE_EMAIL, link, _locked(by.account_id))
            before = account.email
            account.email, account.email_confirmed_at = link.address, by.now
            account.save(update_fields=["email", "email_confirmed_at"])
            write_to(before, AccountMail.Kind.EMAIL_CHANGED, now=by.now)
    except IntegrityError as error:
        raise EmailTaken from error
    log.info("email_changed", account_id=account.pk)
    return account


def _locked(account_id: int) -> Account | None:
    lock_account(account_id=account_id)
    return Account.objects.filter(pk=account_id).first()
