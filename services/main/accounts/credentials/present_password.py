"""Who is signed in says who they are once more, before what cannot be taken back. Counted as a sign-in is."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.utils import timezone
from rest_framework.request import Request

from accounts.credentials import limits
from accounts.credentials.devices import device_of
from accounts.credentials.limits import Caller
from accounts.errors import SignInAgain, WrongPassword
from accounts.models import Account, Session
from accounts.queries import active_account
from api.callers.authentication import asker
from api.callers.client_address import client_network

# So long a sign-in through a provider stands for the password that an account does not have.
FRESH = timedelta(minutes=10)


def account_with_password(request: Request, password: str | None) -> Account:
    """The account of whoever asks, as it stands. Raises TooManyAttempts, WrongPassword, InvalidToken.

    Who has no password must have signed in a moment ago, through the provider: SignInAgain.
    """
    account = active_account(account_id=asker(request).account_id)
    if not account.has_usable_password():
        _insist_on_fresh_session(request, account)
        return account
    device = device_of(request._request)  # noqa: SLF001  # no public name
    caller = Caller(email=account.email, network=client_network(request), device=device)
    limits.allow_sign_in(caller)
    if password is None or not check_password(password, account.password):
        raise WrongPassword
    limits.forget_failures(caller)
    return account


def _insist_on_fresh_session(request: Request, account: Account) -> None:
    """A refreshed session is as old as its sign-in."""
    session_id = asker(request).session_id
    lately = Session.objects.filter(account=account, ended_at=None, started_at__gt=timezone.now() - FRESH)
    if session_id is None or not lately.filter(pk=session_id).exists():
        raise SignInAgain
