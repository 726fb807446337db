"""An operator with an authenticator app, at the API and at the console."""

from __future__ import annotations

import base64

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from accounts.second_factor import secrets
from accounts.tests.conftest import PASSWORD

MINE, ME, SESSIONS = "/api/v1/accounts/me/second-factor", "/api/v1/accounts/me", "/api/v1/sessions"


class Phone:
    """An authenticator app with a clock that the test moves, so that it shows a code no test before has used."""

    def __init__(self, secret: str) -> None:
        self.secret = base64.b32decode(secret)
        self._steps = 0

    def code(self) -> str:
        """Another one each time: the half-minute before, this one, the next."""
        step = int(timezone.now().timestamp()) // secrets.STEP_SECONDS - 1 + self._steps
        self._steps += 1
        return secrets.code_at(self.secret, step)


def sign_in(account: Account, **more: str) -> tuple[int, str | None]:
    answer = APIClient().post(SESSIONS, {"email": account.email, "password": PASSWORD, "client": "mobile", **more})
    return answer.status_code, answer.json().get("code")


def client_in(account: Account, **more: str) -> APIClient:
    client = APIClient()
    body = {"email": account.email, "password": PASSWORD, "client": "mobile", **more}
    tokens = client.post(SESSIONS, body).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client


def at_console(account: Account, code: str = "", *, password: str = PASSWORD) -> int:
    fields = {"username": account.email, "password": password, "code": code}
    return Client().post("/admin/login/?next=/admin/", fields).status_code
