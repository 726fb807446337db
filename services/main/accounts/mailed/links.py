"""Links that reach somebody by mail: signed, good for a while, for one act and one address, and once.

A link holds a digest of what it would change. What has changed since, by this link or by another, is not changed by it
again; so nothing has to be kept of links that were sent. The page reads the token behind `#`, where no log has it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.core import signing

from accounts.errors import UnfitLink
from accounts.models import Account
from config.env import env

TOKEN_MAX_LENGTH = 1_000


class Act(StrEnum):
    """What a link is for, and the page that opens it."""

    CONFIRM_EMAIL = "confirm-email"
    CHANGE_EMAIL = "change-email"
    RESET_PASSWORD = "reset-password"  # noqa: S105  # a page


GOOD_FOR = {
    Act.CONFIRM_EMAIL: timedelta(days=3),
    Act.CHANGE_EMAIL: timedelta(hours=1),
    Act.RESET_PASSWORD: timedelta(hours=1),
}


class Link(NamedTuple):
    account_id: int
    address: str
    """To which it went, canonical."""
    state: str


def link_to(act: Act, account: Account, *, address: str) -> str:
    return f"{env.public_origin}/{act}#{token_for(act, account, address=address)}"


def token_for(act: Act, account: Account, *, address: str) -> str:
    return signing.dumps([account.pk, address, state_of(act, account)], salt=_salt(act))


def opened(act: Act, token: str) -> Link:
    """Raises UnfitLink: not ours, for something else, or too old."""
    if len(token) > TOKEN_MAX_LENGTH:
        raise UnfitLink
    try:
        return Link(*signing.loads(token, salt=_salt(act), max_age=GOOD_FOR[act]))
    except signing.BadSignature as error:
        raise UnfitLink from error


def insist_on_unused(act: Act, link: Link, account: Account | None) -> Account:
    """The caller holds the account's row. Raises UnfitLink: used, or overtaken by another change."""
    if account is None or not account.is_active or state_of(act, account) != link.state:
        raise UnfitLink
    return account


def state_of(act: Act, account: Account) -> str:
    """What the act would change, and what makes it not be wanted any more."""
    confirmed_at = "" if account.email_confirmed_at is None else account.email_confirmed_at.isoformat()
    parts = [account.email, confirmed_at]
    if act is not Act.CONFIRM_EMAIL:
        parts = [account.email, account.password, str(account.sessions_version)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _salt(act: Act) -> str:
    return f"accounts.link.{act}"
