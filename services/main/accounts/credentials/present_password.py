"""Who is signed in says who they are once more, before what cannot be taken back. Counted as a sign-in is."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from rest_framework.request import Request

from accounts.credentials import limits
from accounts.credentials.devices import device_of
from accounts.credentials.limits import Caller
from accounts.errors import WrongPassword
from accounts.models import Account
from accounts.queries import active_account
from api.callers.authentication import asker
from api.callers.client_address import client_network


def account_with_password(request: Request, password: str) -> Account:
    """The account of whoever asks, as it stands. Raises TooManyAttempts, WrongPassword, InvalidToken."""
    account = active_account(account_id=asker(request).account_id)
    device = device_of(request._request)  # noqa: SLF001  # no public name
    caller = Caller(email=account.email, network=client_network(request), device=device)
    limits.allow_sign_in(caller)
    if not check_password(password, account.password):
        raise WrongPassword
    limits.forget_failures(caller)
    return account
