"""Signing in by e-mail address, from wherever one says, right and wrong."""

from __future__ import annotations

from rest_framework.test import APIClient

from accounts.tests.conftest import PASSWORD

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.50"


def sign_in_from(
    client: APIClient, email: str, password: str = PASSWORD, *, address: str = ELSEWHERE, **more: str
) -> tuple[int, dict[str, object]]:
    body = {"email": email, "password": password, "client": "mobile", **more}
    answer = client.post("/api/v1/sessions", body, REMOTE_ADDR=address)
    return answer.status_code, answer.json()


def guess(email: str, *, times: int = 10, address: str = ELSEWHERE) -> list[int]:
    return [sign_in_from(APIClient(), email, "guess", address=address)[0] for _ in range(times)]
