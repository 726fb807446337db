"""Whatever bytes arrive: an answer of the one shape, never a 5xx, and everybody else is served."""

from __future__ import annotations

import asyncio

import aiohttp

from salon_contracts.events.coupons import CouponEventChangedV1
from tests.conftest import StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.raw_http import HOST, RawAnswer, answers_in, asking, exchange

EVENT = "/queue/v1/events/6f1f8f7e-3c3e-4b0e-9a49-3d9a4f0f2f11"


ODD_REQUESTS: dict[str, bytes] = {
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xa5" * 60,
    "no HTTP at all": b"hello there\r\n\r\n",
    "HTTP 0.9": b"GET /queue/v1/events\r\n\r\n",
    "a version from the future": b"GET / HTTP/9.9\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a method in small letters": asking("get / HTTP/1.1"),
    "a method that nobody knows": asking("BREW / HTTP/1.1"),
    "a tunnel": b"CONNECT salon.test:443 HTTP/1.1\r\nHost: salon.test:443\r\n\r\n",
    "everything's options": asking("OPTIONS * HTTP/1.1"),
    "options of an endpoint": asking(f"OPTIONS {EVENT}/ticket HTTP/1.1"),
    "a trace": asking(f"TRACE {EVENT} HTTP/1.1"),
    "a host that is none": f"GET {EVENT} HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n".encode(),
    "a join at a host that is none": f"POST {EVENT}/ticket HTTP/1.1\r\nHost: [::\r\nConnection: close\r\n\r\n".encode(),
    "two hosts": f"GET {EVENT} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n".encode(),
    "an old client": f"GET {EVENT} HTTP/1.0\r\n\r\n".encode(),
    "an old client at the stream": f"GET {EVENT}/line HTTP/1.0\r\n\r\n".encode(),
    "a path of foreign bytes": b"GET /queue/v1/events/\xed\xa0\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a path of escaped foreign bytes": asking("GET /queue/v1/events/%ff%fe%ed%a0%80/line HTTP/1.1"),
    "a path with a NUL": asking("GET /queue/v1/events/%00/ticket HTTP/1.1"),
    "a path that climbs": asking("GET /queue/v1/events/../../../etc/passwd HTTP/1.1"),
    "a path with an escaped slash": asking("POST /queue/v1/events/a%2fb/ticket HTTP/1.1"),
    "double slashes": asking("GET //queue//v1//events HTTP/1.1"),
    "a slash too many": asking(f"GET {EVENT}/ HTTP/1.1"),
    "half an escape": asking("GET /queue/v1/events/%f HTTP/1.1"),
    "a whole address": asking(f"GET http://[broken{EVENT} HTTP/1.1"),
    "an empty event": asking("POST /queue/v1/events//ticket HTTP/1.1"),
    "an id with a prefix": asking("GET /queue/v1/events/urn:uuid:6f1f8f7e-3c3e-4b0e-9a49-3d9a4f0f2f11 HTTP/1.1"),
    "a query of junk": asking(f"GET {EVENT}?%ff&&==&a[]=%00&account=%ff%ed HTTP/1.1"),
    "a query of junk at a personal endpoint": asking(
        f"GET {EVENT}/place?account=%ff&account= HTTP/1.1", "Cookie: salon_access=x"
    ),
    "a long query": asking(f"GET {EVENT}?{'a' * 20_000} HTTP/1.1"),
    "a header without a colon": asking(f"GET {EVENT} HTTP/1.1", "nothing"),
    "a header with a NUL": asking(f"GET {EVENT} HTTP/1.1", "X-Odd: a\x00b"),
    "headers of high bytes": asking(
        f"GET {EVENT}/line HTTP/1.1",
        *(
            f"{name}: \xff\xfe\xed\xa0\x80"
            for name in ("Authorization", "Accept-Language", "Last-Event-ID", "X-Request-ID")
        ),
        *("Cookie: salon_access=\xff\xfe; =; ;;", "X-Real-IP: \xff", "Origin: \xff", "Salon-Account: \xff"),
    ),
    "a token of odd letters": asking(f"GET {EVENT}/line HTTP/1.1", "Authorization: Bearer \xe9.\xe9.\xe9"),
    "a token of another kind": asking(f"GET {EVENT}/line HTTP/1.1", "Authorization: Basic YTpi"),
    "an account that is none": asking(f"POST {EVENT}/ticket HTTP/1.1", "Salon-Account: 1e9", "Content-Length: 0"),
    "an offer to speak WebSocket": asking(
        f"GET {EVENT}/line HTTP/1.1",
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"),
    ),
    "an offer to speak HTTP/2": asking(f"GET {EVENT} HTTP/1.1", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
    "two lengths": asking(f"POST {EVENT}/ticket HTTP/1.1", "Content-Length: 2", "Content-Length: 3", body="{}"),
    "a length below nothing": asking(f"POST {EVENT}/ticket HTTP/1.1", "Content-Length: -1"),
    "a length beyond all": asking(f"POST {EVENT}/ticket HTTP/1.1", f"Content-Length: {'9' * 30}"),
    "a length and pieces": asking(
        f"POST {EVENT}/ticket HTTP/1.1", "Content-Length: 4", "Transfer-Encoding: chunked", body="0\r\n\r\n"
    ),
    "a piece of no size": asking(
        f"POST {EVENT}/ticket HTTP/1.1", "Transfer-Encoding: chunked", body="zz\r\n{}\r\n0\r\n\r\n"
    ),
    "an encoding that nobody knows": asking(f"POST {EVENT}/ticket HTTP/1.1", "Transfer-Encoding: gzip", body="{}"),
    "an expectation": asking(f"POST {EVENT}/ticket HTTP/1.1", "Expect: 200-ok", "Content-Length: 0"),
}


def check(answer: RawAnswer) -> None:
    assert 200 <= answer.status < 500, answer
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json", answer
        problem = answer.document
        assert (problem["status"], problem["type"].endswith(f"/{problem['code']}")) == (answer.status, True)
        assert problem["title"]
        assert answer.headers["cache-control"] == "no-store"


async def test_whatever_arrives_is_answered_in_the_one_shape(
    start_queue: StartQueue, http: aiohttp.ClientSession
) -> None:
    queue = start_queue()

    received = await asyncio.gather(*(exchange(queue.port, request) for request in ODD_REQUESTS.values()))

    wrong = {}
    for what, raw in zip(ODD_REQUESTS, received, strict=True):
        answers = answers_in(raw)
        try:
            assert answers, "no answer"
            for answer in answers:
                check(answer)
        except (AssertionError, KeyError, ValueError) as error:
            wrong[what] = f"{error!r:.200} {raw[:200]!r}"
    assert wrong == {}
    async with http.get(f"{queue.url}/readyz") as ready:
        assert ready.status == 200
    assert "Traceback" not in queue.log.read_text()


BODIES: tuple[tuple[int, bytes, str], ...] = (
    (422, rb'{"\ud800":1}', "application/json"),
    (422, rb'{"ticket":"\ud800"}', "application/json"),
    (400, b'{"ticket":"\xff"}', "application/json"),
    (400, b"\xef\xbb\xbf{}", "application/json"),
    (400, b"[" * 4000, "application/json"),
    (400, b"{", "application/json"),
    (400, b"null", "application/json"),
    (400, b'"ticket"', "application/json"),
    (400, b"NaN", "application/json"),
    (400, b'{"ticket":1e999}', "application/json"),
    (400, b'{"ticket":"x","ticket":"y"}', "application/json"),
    (422, b'{"ticket":""}', "application/json"),
    (422, b'{"ticket":[]}', "application/json"),
    (422, b'{"' + b"k" * 3000 + b'":1}', "application/json"),
    (422, '{"\u202e\u0000":1}'.encode().replace(b"\x00", rb"\u0000"), "application/json"),
    (422, '{"ticket":"티켓"}'.encode(), "application/json"),
    (422, b'{"ticket":"' + b"A" * 150 + b'"}', "application/json; charset=latin-1"),
    (422, b'{"ticket":"===="}', "application/json"),
    (415, b"{}", "application/x-www-form-urlencoded"),
    (415, b"{}", "multipart/form-data; boundary=b"),
    (415, b"{}", "application/jsonx"),
    (415, b"{}", "\xff"),
    (415, b"{}", ""),
    (413, b" " * 5000, "application/json"),
)


async def test_a_body_that_is_none_of_ours_is_refused_in_the_one_shape(
    start_queue: StartQueue, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)

    wrong = []
    for n, (status, body, content_type) in enumerate(BODIES):
        for how in ("with its length", "in pieces"):
            raw = await exchange(
                queue.port, _join(event, keys.token(n + 1), body, content_type, in_pieces=how == "in pieces")
            )
            answers = answers_in(raw)
            if not answers or answers[0].status != status:
                wrong.append((how, status, body[:40], raw[:200]))
                continue
            check(answers[0])

    assert wrong == []


def _join(event: CouponEventChangedV1, token: str, body: bytes, content_type: str, *, in_pieces: bool) -> bytes:
    head = (
        f"POST /queue/v1/events/{event.coupon_event_id}/ticket HTTP/1.1\r\n{HOST}Connection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: {content_type}\r\n"
    ).encode("latin-1")
    if not in_pieces:
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    pieces = [body[start : start + 7] for start in range(0, len(body), 7)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


async def test_an_event_is_the_same_in_capitals(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    headers = {"Authorization": f"Bearer {keys.token(1)}"}
    numbers = []

    for name in (str(event.coupon_event_id), str(event.coupon_event_id).upper()):
        async with http.post(f"{queue.url}/queue/v1/events/{name}/ticket", headers=headers) as response:
            numbers.append((await response.json())["number"])

    assert numbers == [1, 1]
