"""Joining, signing in, staying signed in, signing out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.errors import EmailTaken, InvalidRefreshToken, WrongCredentials
from accounts.mailed.waiting import write_to
from accounts.models import Account, AccountMail, RefreshToken, Session, SocialIdentity
from accounts.own_sessions.client import UNKNOWN_CLIENT, Client
from accounts.second_factor.services import insist_on_second_factor
from accounts.sessions.standing import standing_of
from accounts.sessions.tokens import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    digest_of,
    new_nonce,
    new_refresh_token,
    next_refresh_token,
    possible_next_refresh_tokens,
    sign_access_token,
)
from accounts.shared_origins.services import note_origin
from config.env import env
from salon_contracts.http.access_tokens import insist_on_same_account
from salon_contracts.http.problem import InvalidInput
from salon_kit.logs import get_logger

log = get_logger(__name__)

# Whoever keeps refreshing signs in again after so long.
SESSION_MAX_AGE = timedelta(days=env.session_max_days)
# So long a client may ask again with the token that it has just spent.
LOST_ANSWER_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class SignedIn:
    """What a client keeps after signing in or refreshing."""

    account: Account
    access_token: str
    refresh_token: str


def sign_up(*, email: str, password: str, name: str, now: datetime) -> Account:
    """A new customer, and a mail with a link that confirms the address.

    Raises InvalidInput for a weak password, EmailTaken.
    """
    account = Account(email=email, name=name, role=Account.Role.CUSTOMER)
    insist_on_strong(password, account=account)
    account.password = make_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            write_to(account.email, AccountMail.Kind.CONFIRM_EMAIL, now=now)
    except IntegrityError as error:
        raise EmailTaken from error
    log.info("account_created", account_id=account.pk)
    return account


def insist_on_strong(password: str, *, account: Account, field: str = "password") -> None:
    """Raises InvalidInput: too short, too common, too like the person's own name …"""
    try:
        validate_password(password, user=account)
    except ValidationError as error:
        faults = [
            {"field": field, "code": str(fault.code), "detail": " ".join(fault.messages)} for fault in error.error_list
        ]
        raise InvalidInput(errors=faults) from error


def sign_in(
    *, email: str, password: str, now: datetime, client: Client = UNKNOWN_CLIENT, code: str | None = None
) -> SignedIn:
    """Begin a session. Raises WrongCredentials, after the same work whether or not the account exists.

    And what `insist_on_second_factor` raises.
    """
    account = Account.objects.filter(email=email, is_active=True).first()
    if account is None:
        make_password(password)
        raise WrongCredentials
    if not check_password(password, account.password):
        raise WrongCredentials
    insist_on_second_factor(account, code=code, now=now)
    return begin_session(account, now=now, client=client)


def begin_session(
    account: Account, *, now: datetime, client: Client, identity: SocialIdentity | None = None
) -> SignedIn:
    """For whoever has just shown that this account is theirs; by which identity, where a provider vouched for them.

    Raises WrongCredentials if either has changed since.
    """
    refresh_token = new_refresh_token()
    with transaction.atomic():
        # A new password that was set since then has ended all sessions, and this one would not be among them.
        if not Account.objects.select_for_update().filter(pk=account.pk, **_as_read(account)).exists():
            raise WrongCredentials
        if identity is not None and not SocialIdentity.objects.filter(pk=identity.pk, account=account).exists():
            raise WrongCredentials
        session = Session.objects.create(
            account=account,
            started_at=now,
            used_at=now,
            client=client.kind,
            device=client.device,
            network=client.network_shown,
        )
        # Behind the account's lock: of an account that is deleted meanwhile nothing stays.
        note_origin(account_id=account.pk, network=client.network, device_id=client.device_id, now=now)
        signed_in = _store_and_sign(refresh_token, session=session, account=account, now=now)
    log.info("session_started", account_id=account.pk)
    return signed_in


def _as_read(account: Account) -> dict[str, object]:
    return {"password": account.password, "role": account.role, "is_active": True}


def refresh_session(*, refresh_token: str, now: datetime, client: Client = UNKNOWN_CLIENT) -> SignedIn:
    """Spend a refresh token for the next one.

    A token that was spent a moment ago gets the same next one again: its answer was lost, or two tabs asked at once.
    One that comes later was copied, by a thief or from one. Nobody can tell which, so the whole session ends.
    Raises InvalidRefreshToken.
    """
    with transaction.atomic():
        refreshed = _spend(refresh_token, now=now, client=client)
    # Raised only here, so that the end of a session is committed and not rolled back.
    if refreshed is None:
        raise InvalidRefreshToken
    return refreshed


def _spend(refresh_token: str, *, now: datetime, client: Client) -> SignedIn | None:
    token = RefreshToken.objects.select_for_update().filter(digest=digest_of(refresh_token)).first()
    if token is None or token.expires_at <= now:
        return None
    session = Session.objects.select_for_update().get(pk=token.session_id)
    if session.ended_at is not None or session.started_at + SESSION_MAX_AGE <= now:
        return None
    if token.spent_at is not None and now - token.spent_at > LOST_ANSWER_GRACE:
        end_session(session_id=session.pk, now=now)
        log.warning("refresh_token_reused", account_id=session.account_id)
        return None
    account = Account.objects.filter(pk=session.account_id, is_active=True).first()
    if account is None:
        return None
    if token.spent_at is not None:
        following = _already_following(refresh_token, token=token)
        return SignedIn(account, _access_token(session=session, account=account, now=now), following)
    session.used_at, session.network = now, client.network_shown or session.network
    session.save(update_fields=["used_at", "network"])
    token.spent_at = now
    token.save(update_fields=["spent_at"])
    following = next_refresh_token(refresh_token, nonce=token.nonce)
    return _store_and_sign(following, session=session, account=account, now=now)


def _already_following(refresh_token: str, *, token: RefreshToken) -> str:
    """The one that was given then, maybe by an instance that signs with another of Django's keys."""
    possible = {digest_of(one): one for one in possible_next_refresh_tokens(refresh_token, nonce=token.nonce)}
    given = RefreshToken.objects.filter(session_id=token.session_id, digest__in=possible).values_list("digest").first()
    return possible[given[0]] if given else next_refresh_token(refresh_token, nonce=token.nonce)


def _store_and_sign(refresh_token: str, *, session: Session, account: Account, now: datetime) -> SignedIn:
    RefreshToken.objects.create(
        session=session,
        digest=digest_of(refresh_token),
        nonce=new_nonce(),
        expires_at=min(now + REFRESH_LIFETIME, session.started_at + SESSION_MAX_AGE),
    )
    return SignedIn(account, _access_token(session=session, account=account, now=now), refresh_token)


def _access_token(*, session: Session, account: Account, now: datetime) -> str:
    lifetime = min(ACCESS_LIFETIME, session.started_at + SESSION_MAX_AGE - now)
    return sign_access_token(
        account_id=account.pk,
        role=account.role,
        session_id=session.pk,
        now=now,
        standing=standing_of(account),
        lifetime=lifetime,
    )


def end_session(*, session_id: UUID, now: datetime) -> None:
    Session.objects.filter(pk=session_id).end(now=now)


def end_session_of(*, refresh_token: str, on_behalf_of: str | None, now: datetime) -> None:
    """The same, for whoever holds a token of the session, spent or not. Unknown tokens are nobody's: no refusal.

    Raises SignedInAsAnother when the page shows somebody else than the token is for.
    """
    token = RefreshToken.objects.select_related("session").filter(digest=digest_of(refresh_token)).first()
    if token is not None:
        insist_on_same_account(token.session.account_id, header=on_behalf_of, query_string="")
        end_session(session_id=token.session_id, now=now)
