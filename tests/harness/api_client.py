"""One person over HTTP: sends JSON, signed in as somebody or nobody, and gives back what was answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import aiohttp

PROBLEM = "application/problem+json"
# Nothing is wrong with the request: who waits as long as `Retry-After` says is served when another one leads.
LATER = frozenset({502, 503, 504})
# Longer than the loss of a zone is felt (docs/operations.md): each says one or two seconds.
TRIES_LATER = 20
WAIT_SECONDS_MAX = 5.0


@dataclass(frozen=True)
class Answer:
    """`body` is the JSON document, or None when there was none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_problem(self) -> bool:
        return self.headers.get("Content-Type", "").split(";")[0] == PROBLEM and "code" in (self.body or {})

    @property
    def code(self) -> str | None:
        """The stable code of a refusal; None when this is none, or not in our one shape."""
        return str(self.body["code"]) if self.is_problem else None

    @property
    def retry_after_seconds(self) -> float | None:
        """None when it is final: it is no "not now", or does not say when to come again."""
        seconds = self.headers.get("Retry-After", "")
        return min(float(seconds), WAIT_SECONDS_MAX) if self.status in LATER and seconds.isdecimal() else None


class Unexpected(Exception):
    """The system answered something that the client cannot go on from."""

    def __init__(self, *, asked: str, answer: Answer) -> None:
        super().__init__(f"{asked} was answered {answer.status}: {str(answer.body)[:500]}")
        self.answer = answer


@asynccontextmanager
async def connections(base_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """As many connections as are asked for, and no cookies: several people share it."""
    async with aiohttp.ClientSession(
        base_url=base_url.rstrip("/") + "/",
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=20),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=30),
    ) as http:
        yield http


class ApiClient:
    token: str | None = None

    def __init__(self, http: aiohttp.ClientSession, *, token: str | None = None) -> None:
        self.http = http
        self.headers = {"Accept-Language": "en"}
        if token is not None:
            self.use(token)

    def use(self, token: str) -> None:
        """From now on, signed in with this access token."""
        self.token = token
        self.headers["Authorization"] = f"Bearer {token}"

    async def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        raw_body: bytes | BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        async with self.http.request(
            method,
            path.lstrip("/"),
            json=json_body,
            data=raw_body,
            headers={**self.headers, **(headers or {})},
            params=params,
        ) as response:
            raw = await response.read()
            return Answer(status=response.status, headers=response.headers, body=_parsed(raw))

    async def call_later_too(self, method: str, path: str, *, json_body: Any = None, **more: Any) -> Answer:
        """As `call`, once more after each "not now", at most TRIES_LATER times. What was not now may have been done."""
        answer = await self.call(method, path, json_body=json_body, **more)
        for _ in range(TRIES_LATER):
            if (seconds := answer.retry_after_seconds) is None:
                break
            await asyncio.sleep(seconds)
            answer = await self.call(method, path, json_body=json_body, **more)
        return answer

    async def expect(self, *statuses: int, method: str, path: str, json_body: Any = None, **more: Any) -> Any:
        """The body of an answer that must have one of these statuses, after however many "not now"."""
        answer = await self.call_later_too(method, path, json_body=json_body, **more)
        if answer.status not in statuses:
            raise Unexpected(asked=f"{method} {path}", answer=answer)
        return answer.body

    async def expect_soon(self, status: int, *, method: str, path: str, json_body: Any = None) -> Any:
        """As `expect`, for a thing that Kafka is still carrying to the service that was asked."""
        deadline = asyncio.get_running_loop().time() + 15
        while True:
            answer = await self.call(method, path, json_body=json_body)
            if answer.status == status:
                return answer.body
            if asyncio.get_running_loop().time() > deadline:
                raise Unexpected(asked=f"{method} {path} for 15 s", answer=answer)
            await asyncio.sleep(0.1)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace") or None
