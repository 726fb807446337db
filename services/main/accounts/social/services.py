"""Coming in by a provider's word, connecting one, and letting it go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts.credentials import limits
from accounts.credentials.canonical import NOBODYS_DOMAIN
from accounts.credentials.locking import lock_account
from accounts.errors import WrongCredentials
from accounts.mailed.waiting import write_to
from accounts.models import Account, AccountMail, Session, SocialIdentity
from accounts.own_sessions.client import Client
from accounts.services import SignedIn, begin_session
from accounts.social.errors import (
    AccountNotInUse,
    EmailNotConfirmed,
    IdentityIsAnothers,
    LastWayIn,
    OperatorsUsePasswords,
    ProviderIsConnected,
    unproved,
)
from accounts.social.providers.vouched import Vouched
from api.callers.acting import By
from api.language import words
from salon_contracts.http.problem import InvalidToken, NotFound
from salon_kit.logs import get_logger

log = get_logger(__name__)


def sign_in_with(vouched: Vouched, *, now: datetime, client: Client) -> SignedIn:
    """A session of whom this identity is connected to, or of a new customer. No other account is looked at: whoever has
    the same address may be somebody else.

    Raises AccountNotInUse, OperatorsUsePasswords, TooManyAttempts; UnprovedIdentity if it is disconnected meanwhile.
    """
    identity = _known(vouched)
    if identity is None:
        limits.allow_sign_up(address=client.network)
        identity = _sign_up(vouched, now=now)
    account = identity.account
    if not account.is_active:
        raise AccountNotInUse
    if account.role == Account.Role.OPERATOR:
        raise OperatorsUsePasswords
    try:
        return begin_session(account, now=now, client=client, identity=identity)
    except WrongCredentials as error:
        raise unproved(vouched.provider, "disconnected meanwhile") from error


def _known(vouched: Vouched) -> SocialIdentity | None:
    known = SocialIdentity.objects.filter(provider=vouched.provider, uid=vouched.uid)
    return known.select_related("account").first()


def _sign_up(vouched: Vouched, *, now: datetime) -> SocialIdentity:
    """A new customer, with the address that the provider has confirmed, or without one where somebody has it."""
    for email in [vouched.email, None] if vouched.email else [None]:
        try:
            return _new_customer(vouched, email=email, now=now)
        except IntegrityError:
            # By another callback of the same person, at the same moment.
            known = _known(vouched)
            if known is not None:
                return known
            if email is None:
                raise
    raise AssertionError("the last round returns or raises")


def _new_customer(vouched: Vouched, *, email: str | None, now: datetime) -> SocialIdentity:
    with transaction.atomic(durable=True):
        account = Account.objects.create(
            email=email or f"none-{uuid4().hex}@{NOBODYS_DOMAIN}",
            email_confirmed_at=now if email else None,
            name=vouched.name or words(en="Dog owner", ko="보호자"),
            role=Account.Role.CUSTOMER,
            password=make_password(None),
        )
        identity = _new_identity(vouched, account=account, now=now)
    log.info("account_created", account_id=account.pk, provider=vouched.provider)
    return identity


def _new_identity(vouched: Vouched, *, account: Account, now: datetime) -> SocialIdentity:
    return SocialIdentity.objects.create(account=account, provider=vouched.provider, uid=vouched.uid, connected_at=now)


def connect(vouched: Vouched, *, account_id: int, session_id: str | None, now: datetime) -> SocialIdentity:
    """From now on this identity signs in to the account whose session asked for it. The same again changes nothing.

    Raises InvalidToken where that session is over, EmailNotConfirmed, IdentityIsAnothers, ProviderIsConnected,
    OperatorsUsePasswords.
    """
    try:
        with transaction.atomic(durable=True):
            lock_account(account_id=account_id)
            _insist_on_may_connect(account_id, session_id)
            mine = SocialIdentity.objects.filter(account=account_id, provider=vouched.provider).first()
            if mine is not None and mine.uid != vouched.uid:
                raise ProviderIsConnected
            if mine is None:
                account = Account.objects.get(pk=account_id)
                mine = _new_identity(vouched, account=account, now=now)
                write_to(account.email, AccountMail.Kind.PROVIDER_CONNECTED, now=now, provider=vouched.provider)
                log.info("identity_connected", account_id=account_id, provider=vouched.provider)
    except IntegrityError as error:
        raise IdentityIsAnothers from error
    return mine


def _insist_on_may_connect(account_id: int, session_id: str | None) -> None:
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or (session_id and not Session.objects.filter(pk=session_id, ended_at=None).exists()):
        raise InvalidToken
    if account.role == Account.Role.OPERATOR:
        raise OperatorsUsePasswords
    if account.reachable_at and not account.email_confirmed:
        raise EmailNotConfirmed


def disconnect(*, provider: str, keep_session: UUID | None, by: By) -> None:
    """All sessions but the one that asks end, as with a new password: any of them may have begun by this provider.

    Raises NotFound, LastWayIn.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        account = Account.objects.get(pk=by.account_id)
        identity = SocialIdentity.objects.filter(account=account, provider=provider).first()
        if identity is None:
            raise NotFound
        others = SocialIdentity.objects.filter(account=account).exclude(pk=identity.pk)
        # A confirmed address gets a link by which to set a password.
        by_mail = account.reachable_at and (account.has_usable_password() or account.email_confirmed)
        if not by_mail and not others.exists():
            raise LastWayIn
        identity.delete()
        Session.objects.filter(account=account).but(keep_session).end(now=by.now)
        write_to(account.email, AccountMail.Kind.PROVIDER_LET_GO, now=by.now, provider=provider)
    log.info("identity_disconnected", account_id=by.account_id, provider=provider)
