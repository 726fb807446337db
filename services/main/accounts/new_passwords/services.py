"""Changing a password, and setting a new one by a link that was mailed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.errors import NoEmail, WrongPassword
from accounts.leaving.services import rules_of_apps
from accounts.mailed.links import Act, insist_on_unused, opened
from accounts.mailed.waiting import write_to
from accounts.models import Account, AccountMail, SocialIdentity
from accounts.services import insist_on_strong
from salon_kit.logs import get_logger

log = get_logger(__name__)


def change_password(*, account: Account, new_password: str, keep_session: UUID | None, now: datetime) -> None:
    """All sessions but the one that asks end. `account` is as it was when its present password was checked.

    Raises InvalidInput for a weak one; WrongPassword if it has been changed since; NoEmail where nobody could sign in
    with it.
    """
    if account.reachable_at is None:
        raise NoEmail
    insist_on_strong(new_password, account=account, field="new_password")
    hashed = make_password(new_password)
    with transaction.atomic(durable=True):
        lock_account(account_id=account.pk)
        as_checked = Account.objects.filter(pk=account.pk, password=account.password, is_active=True)
        if not as_checked.exists():
            raise WrongPassword
        Account.objects.give_password(hashed, account_id=account.pk, keep_session=keep_session, now=now)
        write_to(account.email, AccountMail.Kind.PASSWORD_CHANGED, now=now)
    log.info("password_changed", account_id=account.pk)


def ask_for_new_password(*, email: str, now: datetime) -> None:
    """The same for every address (canonical): nobody looks here whether there is such an account."""
    write_to(email, AccountMail.Kind.RESET_PASSWORD, now=now)


def set_new_password(*, token: str, password: str, now: datetime) -> list[str]:
    """All sessions end, and the address to which the link went is confirmed. Raises UnfitLink, InvalidInput.

    Providers are disconnected, and named in the answer: whoever connected one need not be who opens the link.
    What else opens something of the account (addresses of calendars) ends with them.
    """
    link = opened(Act.RESET_PASSWORD, token)
    # Before a hash is made for it, and again when nobody can come between.
    account = insist_on_unused(Act.RESET_PASSWORD, link, Account.objects.filter(pk=link.account_id).first())
    insist_on_strong(password, account=account)
    hashed = make_password(password)
    with transaction.atomic(durable=True):
        lock_account(account_id=account.pk)
        mine = Account.objects.filter(pk=account.pk)
        insist_on_unused(Act.RESET_PASSWORD, link, mine.first())
        Account.objects.give_password(hashed, account_id=account.pk, keep_session=None, now=now)
        mine.filter(email_confirmed_at=None).update(email_confirmed_at=now)
        connected = SocialIdentity.objects.filter(account=account.pk)
        providers = list(connected.order_by("provider").values_list("provider", flat=True))
        connected.delete()
        for end in rules_of_apps("ends_ways_in"):
            end(account_id=account.pk, now=now)
        write_to(account.email, AccountMail.Kind.PASSWORD_SET_BY_LINK, now=now)
    log.info("password_reset", account_id=account.pk, disconnected=providers)
    return providers
