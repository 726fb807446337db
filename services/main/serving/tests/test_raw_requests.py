"""What a stranger writes on the wire: always an answer in the one shape, and nobody else waits for it."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from salon_contracts.http.problem import MEDIA_TYPE
from serving.body_limit import MAX_BODY_BYTES
from serving.tests.served import MYSQL, Served

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_IN = "/api/v1/sessions"
FORM = "multipart/form-data; boundary=b"
CONTINUED_NAME = b"--b\r\nContent-Disposition: form-data; name*=utf-8''a\r\n\r\nx\r\n--b--\r\n"
HEADER_HEAVY = b"--b\r\nContent-Disposition: form-data" + b"; x=y" * 12_000 + b"\r\n\r\nx\r\n--b--\r\n"
TINY_PARTS = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" * 1_200 + b"--b--\r\n"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    document: dict[str, Any]


@pytest.fixture(scope="module")
def main(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log: Path = tmp_path_factory.mktemp("main") / "serve.log"
    served = Served(mysql_port=MYSQL.members[0].port, log=log)
    yield served
    served.client.close()
    served.end()


def write(main: Served, raw: bytes, *, seconds: float = 8) -> Answer:
    """Everything is written at once, as far as it is taken; then the answer is read until its end."""
    base = main.client.base_url
    with socket.create_connection((base.host, base.port or 80), timeout=seconds) as connection:
        connection.sendall(raw)
        received = b""
        while b"\r\n\r\n" not in received or len(received) < _whole(received):
            more = connection.recv(65536)
            assert more, f"the connection was cut after {received!r}"
            received += more
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    assert status.split(" ", 2)[2] != "Unknown Status", status
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Answer(int(status.split(" ")[1]), headers, json.loads(body) if body.startswith(b"{") else {})


def _whole(received: bytes) -> int:
    head, _, _ = received.partition(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    return len(head) + 4 + int(length.partition(b":")[2])


def request(body: bytes, *, path: str = SIGN_IN, method: str = "POST", **headers: str) -> bytes:
    lines = {"Host": "localhost", "Content-Length": str(len(body)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def refused(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["x-request-id"]
    assert answer.document["status"] == answer.status
    assert answer.document["instance"].startswith("/")
    return answer.status, answer.document["code"]


@pytest.mark.parametrize("body", [CONTINUED_NAME, HEADER_HEAVY, TINY_PARTS, b"--b", b"\xff\xfe"])
def test_a_form_is_not_parsed_by_an_endpoint_that_wants_json(main: Served, body: bytes) -> None:
    began = time.monotonic()

    answers = [refused(write(main, request(body, Content_Type=FORM))) for _ in range(8)]
    elsewhere = refused(write(main, request(body, path="/nowhere", Content_Type=FORM)))

    assert set(answers) == {(415, "unsupported-media-type")}
    assert elsewhere == (404, "not-found")
    assert time.monotonic() - began < 4
    assert main.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("body", [CONTINUED_NAME, HEADER_HEAVY, TINY_PARTS, b"--b", b"\xff\xfe", b"a=1&" * 16_000])
@pytest.mark.parametrize(
    "content_type",
    [FORM, "multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded"],
)
def test_a_spoiled_form_at_the_admins_sign_in_is_refused_in_that_shape(
    main: Served, content_type: str, body: bytes
) -> None:
    token = "a" * 32
    cookie = f"csrftoken={token}"

    answer = write(main, request(body, path="/admin/login/", Content_Type=content_type, Cookie=cookie))

    assert refused(answer) in {(400, "bad-request"), (403, "foreign-origin"), (415, "unsupported-media-type")}


def test_a_status_that_twisted_does_not_know_has_its_words_too(main: Served) -> None:
    body = b"{}"
    head = (
        f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )

    assert write(main, f"{head}\r\n\r\n".encode() + body).status == 422


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=zlib",
        "application/json; charset=\xe9",
        "application/json; x*=idna''%ff.x",
        "application/json; charset=utf-16",
        "application/json" + "; x=y" * 2_000,
        "application/json, application/json",
        "text/plain",
        "",
    ],
)
def test_a_content_type_that_is_not_ours_is_415(main: Served, content_type: str) -> None:
    assert refused(write(main, request(b"{}", Content_Type=content_type))) == (415, "unsupported-media-type")


def test_a_body_that_is_too_large_is_refused_before_it_has_been_sent(main: Served) -> None:
    announced = request(b"", Content_Type="application/json", Content_Length="10000000")
    chunked = (
        request(b"", Content_Type="application/json")
        .replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        .rstrip(b"\r\n")
    )
    chunk = b"%x\r\n" % MAX_BODY_BYTES + b" " * MAX_BODY_BYTES + b"\r\n"

    assert refused(write(main, announced)) == (413, "too-large")
    assert refused(write(main, announced + b"x" * 300_000)) == (413, "too-large")
    assert refused(write(main, chunked + b"\r\n\r\n" + chunk + b"1\r\nx\r\n")) == (413, "too-large")
    assert main.client.get("/healthz").status_code == 200


def test_a_request_of_hundreds_of_headers_is_refused_before_they_are_read(main: Served) -> None:
    few = {f"X_{number}": "x" for number in range(80)}
    many = {f"X_{number}": "x" for number in range(250)}

    assert write(main, request(b"", path="/api/v1/salons", method="GET", **few)).status == 200
    assert refused(write(main, request(b"", path="/api/v1/salons", method="GET", **many))) == (431, "headers-too-large")


def test_a_body_in_chunks_is_read_like_any_other(main: Served) -> None:
    head = request(b"", Content_Type="application/json").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")

    answer = write(main, head + b'5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n')

    assert refused(answer) == (422, "invalid-input")
    assert {"field": "a", "code": "unknown", "detail": "알 수 없는 항목이에요"} in answer.document["errors"]


def test_a_packed_body_is_not_unpacked(main: Served) -> None:
    packed = gzip.compress(b"{}" + b" " * 1_000_000)

    answer = write(main, request(packed, Content_Type="application/json", Content_Encoding="gzip"))

    assert refused(answer) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"GARBAGE\r\n\r\n", (400, "bad-request")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", (400, "bad-request")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nbad name: 1\r\n\r\n", (400, "bad-request")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x0bb\r\n\r\n", (400, "bad-request")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", (431, "headers-too-large")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: aaaa\r\n" * 3_000 + b"\r\n", (431, "headers-too-large")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 501 + b"\r\n", (431, "headers-too-large")),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", (400, "bad-request")),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", (414, "uri-too-long")),
        (b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, "bad-request")),
        (request(b"{}", Content_Length="2\r\nContent-Length: 3"), (400, "bad-request")),
        (request(b"{}", Content_Length="-2"), (400, "bad-request")),
        (request(b"{}", Content_Length="2\r\nTransfer-Encoding: chunked"), (400, "bad-request")),
        (request(b"zz\r\n", Content_Length="4").replace(b"Content-Length: 4", b"Transfer-Encoding: chunked"), None),
    ],
)
def test_what_is_no_request_gets_an_answer_too(main: Served, raw: bytes, expected: tuple[int, str] | None) -> None:
    assert refused(write(main, raw)) == (expected or (400, "bad-request"))


def test_a_stranger_cannot_move_the_application(main: Served) -> None:
    raw = request(b"", path="/api/v1/salons", method="GET", Daphne_Root_Path="/api")

    assert write(main, raw).status == 200


@pytest.mark.parametrize(
    ("path", "extra", "expected"),
    [
        ("/ws/v1/other", "", (404, "not-found")),
        ("/", "", (404, "not-found")),
        ("/ws/v1/chat/", "", (404, "not-found")),
        ("/ws/v1/%F0%28", "", (404, "not-found")),
        ("/ws/v1/chat", "Sec-WebSocket-Version: 99\r\n", (400, "bad-handshake")),
    ],
)
def test_a_handshake_that_leads_nowhere_is_refused_in_that_shape(
    main: Served, path: str, extra: str, expected: tuple[int, str]
) -> None:
    raw = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extra or 'Sec-WebSocket-Version: 13' + chr(13) + chr(10)}\r\n"
    )

    assert refused(write(main, raw.encode())) == expected
