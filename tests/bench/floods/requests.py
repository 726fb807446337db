"""Floods of whole requests: each connection sends the next one as soon as the last was answered."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import aiohttp

from tests.bench.floods.target import SOURCE, Sent, Target

CONNECTIONS = 32
KIB = 1024
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=b"}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


async def send_without_end(target: Target, sent: Sent, request_of: Callable[[Target], Request]) -> None:
    connector = aiohttp.TCPConnector(limit=0, local_addr=(SOURCE, 0))
    async with (
        aiohttp.ClientSession(base_url=target.url, connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(CONNECTIONS):
            group.create_task(_send_one_after_another(http, target, sent, request_of))


async def _send_one_after_another(
    http: aiohttp.ClientSession, target: Target, sent: Sent, request_of: Callable[[Target], Request]
) -> None:
    while True:
        request = request_of(target)
        try:
            async with http.request(
                request.method, request.path, headers=request.headers, data=request.body, allow_redirects=False
            ) as answer:
                await answer.read()
            sent.add(str(answer.status))
        except (aiohttp.ClientError, OSError) as error:
            sent.add(type(error).__name__)
            await asyncio.sleep(0.01)


def joins(target: Target) -> Request:
    return Request("POST", f"/queue/v1/events/{target.event_id}/ticket", {**target.bearer, **JSON}, b"{}")


def foreign_lines(target: Target) -> Request:
    return Request("GET", f"/queue/v1/events/{uuid4()}/place", target.bearer)


def looks(target: Target) -> Request:
    return Request("GET", f"/queue/v1/events/{target.event_id}")


def openapi(target: Target) -> Request:
    return Request("GET", "/api/v1/openapi.json")


def made_up_tokens(target: Target) -> Request:
    head, payload, _ = target.token.split(".")
    return Request(
        "GET", "/api/v1/bookings", {"Authorization": f"Bearer {head}.{payload}.{secrets.token_urlsafe(256)}"}
    )


def forms(target: Target) -> Request:
    """A part with a name in RFC 2231: it made Twisted drop the connection, and nginx take the instance for dead."""
    body = b"--b\r\nContent-Disposition: form-data; name*=utf-8''a\r\n\r\nx\r\n--b--\r\n"
    return Request("POST", "/api/v1/sessions", PARTS, body)


def part_headers(target: Target) -> Request:
    """At the one endpoint that reads forms: a header of 60 KB in one part."""
    header = b"Content-Disposition: form-data; name=a" + b"; x=y" * (12 * KIB)
    return Request("POST", "/admin/login/", PARTS, b"--b\r\n" + header + b"\r\n\r\nx\r\n--b--\r\n")


def tiny_parts(target: Target) -> Request:
    part = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
    return Request("POST", "/admin/login/", PARTS, part * (60 * KIB // len(part)) + b"--b--\r\n")


def deep_json(target: Target) -> Request:
    return Request("POST", "/api/v1/sessions", JSON, b'{"email":' * (6 * KIB) + b"1")


def headers(target: Target) -> Request:
    return Request("GET", "/api/v1/salons", {f"X-{n}": "x" * 40 for n in range(250)})


def admin_sign_ins(target: Target) -> Request:
    csrf = "c" * 32
    body = f"csrfmiddlewaretoken={csrf}&username=operator%40daengdaeng.test&password={secrets.token_hex(8)}"
    return Request("POST", "/admin/login/", {**FORM, "Cookie": f"csrftoken={csrf}"}, body.encode())
