"""Deleting one's own account. Its row stays as nobody's, so that no booking, coupon or room goes with it.

Apps above this one take part by their AppConfig: `keeps_accounts` names rules that raise AccountIsNeeded while
something of the account is still under way, `forgets_accounts` those that take a person out of rows of that app. All
run in one transaction: an account is whole, or gone. `ends_ways_in` names rules that end what opens something of the
account without its password: they run when a new one is set by a mailed link (accounts/new_passwords).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, cast

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from accounts.credentials.canonical import NOBODYS_DOMAIN
from accounts.credentials.locking import lock_account
from accounts.errors import WrongPassword
from accounts.mailed.waiting import write_to
from accounts.models import Account, AccountMail, RefreshToken, Session, SignInOrigin, SocialIdentity
from salon_contracts.http.problem import Forbidden
from salon_kit.logs import get_logger

log = get_logger(__name__)

NOBODY = "탈퇴한 회원"


class OfLeaving(Protocol):
    def __call__(self, *, account_id: int, now: datetime) -> None: ...


def delete_account(*, account: Account, now: datetime) -> None:
    """At once and for good. `account` is as it was when its password was checked.

    Raises AccountIsNeeded, WrongPassword if that has been changed since, Forbidden to operators: who leaves the
    console is let go by another operator.
    """
    if account.role == Account.Role.OPERATOR:
        raise Forbidden
    with transaction.atomic(durable=True):
        lock_account(account_id=account.pk)
        if not Account.objects.filter(pk=account.pk, password=account.password, is_active=True).exists():
            raise WrongPassword
        for rule in (*rules_of_apps("keeps_accounts"), *rules_of_apps("forgets_accounts")):
            rule(account_id=account.pk, now=now)
        # Of all that waits for this address the last is enough.
        AccountMail.objects.filter(Q(address=account.email) | Q(about_account=account.pk)).delete()
        write_to(account.email, AccountMail.Kind.ACCOUNT_DELETED, now=now)
        _forget(account, now=now)
    log.info("account_deleted", account_id=account.pk)


def _forget(account: Account, *, now: datetime) -> None:
    mine = Account.objects.filter(pk=account.pk)
    # Ends all sessions, of the console too.
    mine.update(
        email=f"left-{account.pk}@{NOBODYS_DOMAIN}",
        email_confirmed_at=None,
        name=NOBODY,
        password=make_password(None),
        is_active=False,
        last_login=None,
        left_at=now,
    )
    sessions = Session.objects.filter(account=account.pk)
    RefreshToken.objects.filter(session__in=sessions).delete()
    sessions.update(device="", network="")
    SocialIdentity.objects.filter(account=account.pk).delete()
    SignInOrigin.objects.filter(account=account.pk).delete()
    of_accounts = ContentType.objects.get_for_model(Account)
    LogEntry.objects.filter(content_type=of_accounts, object_id=str(account.pk)).update(object_repr=NOBODY)


def rules_of_apps(of: str) -> Iterator[OfLeaving]:
    for config in apps.get_app_configs():
        for name in getattr(config, of, ()):
            yield cast(OfLeaving, import_string(name))
