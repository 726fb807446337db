"""What nginx itself refuses, in the shape of all other refusals, and what it keeps inside."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.harness.api_client import PROBLEM, ApiClient
from tests.harness.refusals import assert_refused

INSIDE = [
    "/metrics",
    "/metrics/",
    "/readyz",
    "/api/metrics",
    "/api/v1/metrics",
    "/queue/metrics",
    "/queue/v1/metrics",
    "/queue/readyz",
    "/api/../metrics",
    "/queue/..%2fmetrics",
    "/ws/metrics",
    "//metrics",
    "/static/../metrics",
]


@pytest.mark.parametrize("path", INSIDE)
async def test_metrics_and_readiness_are_not_told_outside(base_url: str, path: str) -> None:
    """Asked by hand, as a client library would tidy the address up first."""
    head, body = await _by_hand(base_url, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert "200" not in head.splitlines()[0] or "<!doctype html>" in body.lower(), head
    assert "# HELP" not in body
    assert '"ready"' not in body


async def test_health_of_the_edge_is_told(nobody: ApiClient) -> None:
    assert (await nobody.call("GET", "/healthz")).body == {"status": "ok"}


@pytest.mark.parametrize(
    ("request_line", "status", "code"),
    [
        ("GET /queue/v1/events/%00/line HTTP/1.1", 400, "bad-request"),
        (f"GET /api/v1/{'x' * 20_000} HTTP/1.1", 414, "uri-too-long"),
        ("GET /api/v1/%zz HTTP/1.1", 400, "bad-request"),
    ],
    ids=["a zero byte", "too long", "not encoded"],
)
async def test_an_address_that_cannot_be_read_is_refused_in_our_shape(
    base_url: str, request_line: str, status: int, code: str
) -> None:
    head, body = await _by_hand(base_url, f"{request_line}\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert f" {status} " in head.splitlines()[0]
    assert PROBLEM in head
    assert f'"code":"{code}"' in body


async def test_headers_without_end_are_refused_in_our_shape(nobody: ApiClient) -> None:
    answer = await nobody.call("GET", "/api/v1/salons", headers={"X-Endless": "x" * 20_000})

    assert_refused(answer, status=431, code="headers-too-large")


@pytest.mark.parametrize("path", ["/api/v1/bookings", "/queue/v1/events/x/ticket"])
async def test_a_body_too_large_is_refused_without_reading_it(base_url: str, path: str) -> None:
    head, body = await _by_hand(
        base_url,
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000000000\r\nConnection: close\r\n\r\n",
    )

    assert " 413 " in head.splitlines()[0]
    assert PROBLEM in head
    assert '"code":"too-large"' in body


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/queue/v1/nothing", "/api/nothing", "/queue/nothing", "/ws/nothing"]
)
async def test_an_address_that_is_not_there_is_refused_in_our_shape(nobody: ApiClient, path: str) -> None:
    assert_refused(await nobody.call("GET", path), status=404, code="not-found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/api/v1/salons"), ("DELETE", "/api/v1/bookings"), ("PATCH", "/queue/v1/events/x"), ("PUT", "/")],
)
async def test_a_method_that_is_not_taken_is_refused_in_our_shape(nobody: ApiClient, method: str, path: str) -> None:
    answer = await nobody.call(method, path)

    assert answer.is_problem
    assert (answer.status, answer.code) in {(405, "method-not-allowed"), (401, "not-signed-in")}


async def test_both_mains_and_both_queues_take_their_turns(nobody: ApiClient) -> None:
    async def who_answers(path: str) -> set[str]:
        answers = [await nobody.call("GET", path) for _ in range(6)]
        return {answer.headers["X-Served-By"] for answer in answers}

    assert len(await who_answers("/api/v1/coupon-events")) == 2
    assert len(await who_answers("/queue/v1/events/x")) == 2


async def test_the_page_is_served_and_its_parts_may_be_kept(http: aiohttp.ClientSession) -> None:
    async with http.get("") as page:
        text = await page.text()
    async with http.get("events/anything") as deep:
        same = await deep.text()
    asset = next(part for part in text.split('"') if part.startswith("/assets/"))
    async with http.get(asset.lstrip("/")) as part:
        kept = part.headers["Cache-Control"]

    assert text == same
    assert "immutable" in kept


@pytest.mark.parametrize("path", ["/.env", "/.git/config", "/index.php", "/salons/backup.sql"])
async def test_a_file_that_is_not_there_is_not_the_page(nobody: ApiClient, path: str) -> None:
    assert_refused(await nobody.call("GET", path), status=404, code="not-found")


async def test_the_page_has_an_icon_for_those_who_ask_without_looking(http: aiohttp.ClientSession) -> None:
    async with http.get("favicon.ico") as icon:
        assert (icon.status, (await icon.read())[:4]) == (200, b"\0\0\1\0")


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/api/v1/sessions", "multipart/form-data; boundary=b"),
        ("/api/v1/sessions", "application/x-www-form-urlencoded"),
        ("/queue/v1/events/x/ticket", "text/plain"),
        ("/admin/login/", "application/json"),
    ],
)
async def test_a_body_in_a_form_that_its_endpoint_does_not_read_never_reaches_it(
    base_url: str, path: str, content_type: str
) -> None:
    part = "--b\r\nContent-Disposition: form-data; name*=utf-8''a\r\n\r\nx\r\n--b--\r\n"
    for _ in range(8):
        head, body = await _by_hand(
            base_url,
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nAccept-Language: en\r\n"
            f"Content-Length: {len(part)}\r\nConnection: close\r\n\r\n{part}",
        )
        assert " 415 " in head.splitlines()[0]
        assert '"code":"unsupported-media-type"' in body
        assert "x-served-by" not in head.lower()


async def _by_hand(base_url: str, text: str) -> tuple[str, str]:
    """Send exactly these bytes and read one answer: head and body."""
    address = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(text.encode())
    await writer.drain()
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode()
    length = re.search(r"content-length: (\d+)", head.lower())
    body = await asyncio.wait_for(reader.readexactly(int(length[1])) if length else reader.read(), 10)
    writer.close()
    return head, body.decode(errors="replace")
