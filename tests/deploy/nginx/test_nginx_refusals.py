"""What nginx refuses by itself has the shape and the words of all other refusals, and reaches no service."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from salon_contracts.http.problem import TYPE_PREFIX
from tests.deploy.nginx_stand import Nginx

KIB = 1024

CLOSE = "Host: localhost\r\nConnection: close\r\n"

JSON = "Content-Type: application/json\r\n"

REFUSED = {
    "a zero byte": (f"GET /api/%00 HTTP/1.1\r\n{CLOSE}\r\n", 400, "bad-request"),
    "not encoded": (f"GET /api/%zz HTTP/1.1\r\n{CLOSE}\r\n", 400, "bad-request"),
    "no host": ("GET /api/ HTTP/1.1\r\n\r\n", 400, "bad-request"),
    "two lengths": (
        f"POST /api/ HTTP/1.1\r\n{CLOSE}Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        400,
        "bad-request",
    ),
    "a length and chunks": (
        f"POST /api/ HTTP/1.1\r\n{CLOSE}{JSON}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
        "bad-request",
    ),
    "a header too large": (f"GET /api/ HTTP/1.1\r\n{CLOSE}X-A: {'x' * 20_000}\r\n\r\n", 431, "headers-too-large"),
    "headers too large": (
        f"GET /queue/ HTTP/1.1\r\n{CLOSE}" + f"X-A: {'x' * 4000}\r\n" * 6 + "\r\n",
        431,
        "headers-too-large",
    ),
    "a dot file": (f"GET /.env HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "a dot folder": (f"GET /x/.git/config HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "no such file": (f"GET /wp-login.php HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "no such asset": (f"GET /assets/gone.js HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "a folder": (f"GET /assets/ HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "by HTTP/1.0": ("GET /assets/gone.js HTTP/1.0\r\n\r\n", 404, "not-found"),
    "a page is not written to": (
        f"PUT /salons HTTP/1.1\r\n{CLOSE}Content-Length: 0\r\n\r\n",
        405,
        "method-not-allowed",
    ),
    "a form is not read": (f"GET /uploads?list-type=2 HTTP/1.1\r\n{CLOSE}\r\n", 405, "method-not-allowed"),
    "a photo is not written to": (
        f"DELETE /photos/00000000-0000-4000-8000-000000000000/small.webp HTTP/1.1\r\n{CLOSE}\r\n",
        405,
        "method-not-allowed",
    ),
    "no such photo": (f"GET /photos/x HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "what was posted is not shown": (f"GET /uploads/x HTTP/1.1\r\n{CLOSE}\r\n", 404, "not-found"),
    "trace": (f"TRACE /api/ HTTP/1.1\r\n{CLOSE}\r\n", 405, "method-not-allowed"),
    "it changed since": (f'GET / HTTP/1.1\r\n{CLOSE}If-Match: "x"\r\n\r\n', 412, "precondition-failed"),
    "too large for main": (
        f"POST /api/ HTTP/1.1\r\n{CLOSE}{JSON}Content-Length: {64 * KIB + 1}\r\n\r\n",
        413,
        "too-large",
    ),
    "too large for queue": (
        f"POST /queue/v1/events/x/ticket HTTP/1.1\r\n{CLOSE}{JSON}Content-Length: {4 * KIB + 1}\r\n\r\n",
        413,
        "too-large",
    ),
    "too large for the admin": (
        (
            f"POST /admin/login/ HTTP/1.1\r\n{CLOSE}Content-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {64 * KIB + 1}\r\n\r\n"
        ),
        413,
        "too-large",
    ),
    "too large in chunks": (
        f"POST /queue/ HTTP/1.1\r\n{CLOSE}{JSON}Transfer-Encoding: chunked\r\n\r\n1100\r\n{'x' * 0x1100}\r\n0\r\n\r\n",
        413,
        "too-large",
    ),
    "a socket has no body": (f"GET /ws/v1/chat HTTP/1.1\r\n{CLOSE}Content-Length: 2\r\n\r\n{{}}", 413, "too-large"),
    "an address too long": (f"GET /api/{'x' * 20_000} HTTP/1.1\r\n{CLOSE}\r\n", 414, "uri-too-long"),
    "a form at main": (
        (
            f"POST /api/v1/sessions HTTP/1.1\r\n{CLOSE}Content-Type: multipart/form-data; boundary=b\r\n"
            "Content-Length: 3\r\n\r\nx=1"
        ),
        415,
        "unsupported-media-type",
    ),
    "a form in chunks": (
        (
            f"POST /api/v1/bookings HTTP/1.1\r\n{CLOSE}Content-Type: APPLICATION/X-www-form-urlencoded\r\n"
            "Transfer-Encoding: chunked\r\n\r\n3\r\nx=1\r\n0\r\n\r\n"
        ),
        415,
        "unsupported-media-type",
    ),
    "words at queue": (
        f"POST /queue/v1/events/x/ticket HTTP/1.1\r\n{CLOSE}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}",
        415,
        "unsupported-media-type",
    ),
    "almost json": (
        f"POST /api/ HTTP/1.1\r\n{CLOSE}Content-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{{}}",
        415,
        "unsupported-media-type",
    ),
    "json at the admin": (
        f"POST /admin/login/ HTTP/1.1\r\n{CLOSE}{JSON}Content-Length: 2\r\n\r\n{{}}",
        415,
        "unsupported-media-type",
    ),
    "an encoding of its own": (
        f"POST /api/ HTTP/1.1\r\n{CLOSE}{JSON}Transfer-Encoding: gzip\r\n\r\n",
        501,
        "not-implemented",
    ),
    "HTTP/2 without being asked": (f"GET / HTTP/2.0\r\n{CLOSE}\r\n", 505, "version-not-supported"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_of_nginx_has_the_one_shape(nginx: Nginx, what: str) -> None:
    request, status, code = REFUSED[what]

    head, body = nginx.send_raw(request)

    lines = head.lower().split("\r\n")
    assert f" {status} " in lines[0] + " ", head
    assert "content-type: application/problem+json" in lines
    assert "x-content-type-options: nosniff" in lines
    assert "cache-control: no-store" in lines
    assert sum(line.startswith(("content-security-policy:", "permissions-policy:")) for line in lines) == 2
    document = json.loads(body)
    assert (document["status"], document["code"], document["type"]) == (status, code, TYPE_PREFIX + code)
    assert re.search("[가-힣]", document["title"])
    assert all(stand.requests == [] for stand in nginx.stands.values())
    assert not re.search(r"nginx/|127\.0\.0\.1", head + body.decode())


@pytest.mark.parametrize("chunks", ["zz\r\n", "1\r\nxyz\r\n", "-1\r\n\r\n", "f" * 40 + "\r\n", "5;\x01\r\nabcdez"])
@pytest.mark.parametrize(
    "begun",
    [
        "POST /api/v1/sessions HTTP/1.1\r\nContent-Type: text/plain",
        f"POST /api/v1/sessions HTTP/1.1\r\n{JSON.strip()}",
        "POST /queue/v1/events/x/ticket HTTP/1.1\r\nContent-Type: text/plain",
        "POST /queue/v1/events/x/ticket HTTP/1.1",
        "POST /admin/login/ HTTP/1.1\r\nContent-Type: application/json",
        "POST /ws/v1/chat HTTP/1.1",
        "POST /metrics HTTP/1.1",
        "POST /.env HTTP/1.1",
        "GET /assets/gone.js HTTP/1.1",
        "PUT /salons HTTP/1.1",
        "TRACE /api/ HTTP/1.1",
        'GET / HTTP/1.1\r\nIf-Match: "x"',
        "POST /.refused/414 HTTP/1.1",
    ],
)
def test_a_refusal_has_the_one_shape_also_when_the_body_is_broken(nginx: Nginx, begun: str, chunks: str) -> None:
    head, body = nginx.send_raw(f"{begun}\r\n{CLOSE}Transfer-Encoding: chunked\r\n\r\n{chunks}")

    assert re.search("(?mi)^content-type: application/problem\\+json", head), head
    document = json.loads(body)
    assert document["status"] == int(head.split()[1])
    assert 400 <= document["status"] < 500
    assert all(stand.requests == [] for stand in nginx.stands.values())


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_no_instance_left_people_are_asked_to_come_back(own_nginx: Nginx, method: str) -> None:
    for name in ("main-1", "main-2"):
        own_nginx.kill(name)

    answer, content = own_nginx.ask("/api/v1/salons", method, None, Accept_Language="en")

    assert (answer.status, answer.headers["Retry-After"]) == (502, "2")
    assert json.loads(content)["retry_after_seconds"] == 2


def test_what_an_instance_refuses_passes_through_as_it_is(nginx: Nginx) -> None:
    answer, content = nginx.ask("/api/refuse")

    assert (answer.status, answer.headers.get_all("Retry-After")) == (503, ["7"])
    assert content == b"its own words"


def test_a_body_of_the_size_that_main_takes_is_passed_on(nginx: Nginx) -> None:
    answer, _ = nginx.ask("/api/v1/rooms", "POST", b"x" * 64 * KIB, Content_Type="application/json; charset=utf-8")

    assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/admin/login/", "application/x-www-form-urlencoded"),
        ("/admin/salons/salon/1/change/", "multipart/form-data; boundary=b"),
        ("/api/v1/rooms", "Application/JSON"),
        ("/queue/v1/events/x/ticket", "application/json;charset=utf-8"),
    ],
)
def test_a_body_that_its_endpoint_reads_is_passed_on(nginx: Nginx, path: str, content_type: str) -> None:
    assert nginx.ask(path, "POST", b"{}", Content_Type=content_type)[0].status == 200


def test_a_type_without_a_body_hurts_nobody(nginx: Nginx) -> None:
    assert nginx.ask("/api/v1/salons", "GET", None, Content_Type="text/plain")[0].status == 200
    assert nginx.ask("/api/v1/rooms/1", "DELETE", b"", Content_Type="text/plain")[0].status == 200


def test_a_part_of_a_file_is_answered_with_the_whole(nginx: Nginx) -> None:
    answer, content = nginx.ask("/assets/app-1a2b.js", "GET", None, Range="bytes=9-")

    assert (answer.status, content) == (200, b"1")


def test_no_query_string_reaches_a_log_of_nginx(own_nginx: Nginx) -> None:
    for path in ("/api/v1/salons", "/api/drop", "/assets/gone.js", "/.env", "/salons", "/queue/v1/events/x/place"):
        own_nginx.ask(f"{path}?token=secret-1", "GET", None, Referer="http://localhost/?secret-2")
    for name in list(own_nginx.stands):
        own_nginx.kill(name)
    own_nginx.ask("/api/v1/salons?token=secret-3")
    own_nginx.send_raw(f"GET /api/%zz?secret-4 HTTP/1.1\r\n{CLOSE}\r\n")
    own_nginx.send_raw(f"GET /api/?secret-5 HTTP/1.1\r\n{CLOSE}X: {'x' * 20_000}\r\n\r\n")

    logs = [Path(path) for path in own_nginx.profile.logs.iterdir()]
    assert any("/api/v1/salons" in path.read_text() for path in logs)
    assert all("secret" not in path.read_text() for path in logs)
