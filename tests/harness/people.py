"""Signing in as somebody, as the mobile app does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from tests.harness.api_client import ApiClient, Unexpected

DEMO_PASSWORD = "daengdaeng-demo"
OPERATOR_EMAIL = "operator@daengdaeng.test"
GROOMER_EMAIL = "groomer@daengdaeng.test"


@dataclass(frozen=True)
class Person:
    id: int
    api: ApiClient
    token: str

    @classmethod
    def with_token(cls, http: aiohttp.ClientSession, *, account_id: int, token: str) -> Person:
        return cls(id=account_id, api=ApiClient(http, token=token), token=token)


async def sign_in(http: aiohttp.ClientSession, *, email: str, password: str = DEMO_PASSWORD) -> Person:
    body = await _come_in(http, "sessions", {"email": email, "password": password, "client": "mobile"})
    return Person.with_token(http, account_id=body["account"]["id"], token=body["access_token"])


@dataclass(frozen=True)
class Credentials:
    email: str
    password: str


async def register(http: aiohttp.ClientSession) -> Credentials:
    """A new customer with an address of their own."""
    new = Credentials(email=f"guest-{uuid4().hex[:12]}@daengdaeng.test", password=f"long-enough-{uuid4().hex[:8]}")
    await _come_in(http, "accounts", {"email": new.email, "password": new.password, "name": "손님"})
    return new


async def sign_up(http: aiohttp.ClientSession) -> Person:
    """A new customer, signed in."""
    new = await register(http)
    return await sign_in(http, email=new.email, password=new.password)


async def _come_in(http: aiohttp.ClientSession, where: str, body: dict[str, str]) -> Any:
    """Sign-ins and sign-ups from one address are counted: whoever is told to wait, waits."""
    while True:
        answer = await ApiClient(http).call_later_too("POST", f"/api/v1/{where}", json_body=body)
        if answer.status == 201:
            return answer.body
        if answer.status != 429:
            raise Unexpected(asked=f"POST /api/v1/{where}", answer=answer)
        await asyncio.sleep(float(answer.headers["Retry-After"]))
