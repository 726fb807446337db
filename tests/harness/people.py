"""Signing in as somebody, as the mobile app does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import aiohttp

from tests.harness.api_client import Answer, ApiClient, Unexpected

DEMO_PASSWORD = "daengdaeng-demo"
OPERATOR_EMAIL = "operator@daengdaeng.test"
GROOMER_EMAIL = "groomer@daengdaeng.test"


@dataclass(frozen=True)
class Person:
    id: int
    api: ApiClient

    @classmethod
    def with_token(cls, http: aiohttp.ClientSession, *, account_id: int, token: str) -> Person:
        return cls(id=account_id, api=ApiClient(http, token=token))

    @property
    def token(self) -> str:
        """The access token of this moment. A person who stays signed in has another one every ten minutes."""
        return self.api.token or ""

    async def renew(self, refused: str) -> None:
        """After this token was refused, as on a socket. Only whoever stays signed in can."""
        if isinstance(self.api, StayingClient):
            await self.api.renew(refused)


class StayingClient(ApiClient):
    """Renews its access token when that is refused, as the app does: one request does so for all that wait."""

    def __init__(self, http: aiohttp.ClientSession, *, token: str, refresh_token: str) -> None:
        super().__init__(http, token=token)
        self._refresh_token = refresh_token
        self._renewing = asyncio.Lock()

    async def call(self, method: str, path: str, *, json_body: Any = None, **more: Any) -> Answer:
        used = self.token or ""
        answer = await super().call(method, path, json_body=json_body, **more)
        if answer.status != HTTPStatus.UNAUTHORIZED:
            return answer
        await self.renew(used)
        return await super().call(method, path, json_body=json_body, **more)

    async def renew(self, refused: str) -> None:
        """Raises Unexpected when the session has ended."""
        async with self._renewing:
            if self.token != refused:
                return
            body = await ApiClient(self.http).expect(
                200, method="POST", path="/api/v1/sessions/refresh", json_body={"refresh_token": self._refresh_token}
            )
            self._refresh_token = body["refresh_token"]
            self.use(body["access_token"])


async def sign_in(http: aiohttp.ClientSession, *, email: str, password: str = DEMO_PASSWORD) -> Person:
    """For less than ten minutes: so long is the access token good."""
    session = await _session(http, email=email, password=password)
    return Person.with_token(http, account_id=session["account"]["id"], token=session["access_token"])


async def stay_signed_in(http: aiohttp.ClientSession, *, email: str, password: str = DEMO_PASSWORD) -> Person:
    """For as long as anybody likes."""
    session = await _session(http, email=email, password=password)
    api = StayingClient(http, token=session["access_token"], refresh_token=session["refresh_token"])
    return Person(id=session["account"]["id"], api=api)


async def _session(http: aiohttp.ClientSession, *, email: str, password: str) -> Any:
    return await _come_in(http, "sessions", {"email": email, "password": password, "client": "mobile"})


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
