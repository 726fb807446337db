"""What a flood costs nginx and those behind it: little passes at once, and a refusal ends late."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from deploy.local.run import nginx as nginx_module
from deploy.local.settings.profiles import Profile
from tests.deploy.nginx_stand import Nginx, is_refused, open_nginx

TICKET = "/queue/v1/events/x/ticket"
JOIN = f"POST {TICKET} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
TOKEN = "Authorization: Bearer " + "s" * 40 + "." + "s" * 40 + "." + "x" * 342


@pytest.fixture
def nginx(own_nginx: Nginx) -> Nginx:
    """Of each test its own: nginx counts, and remembers."""
    return own_nginx


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path) -> Iterator[Nginx]:
    """An endpoint at which this address has joined as often as it may."""
    monkeypatch.setattr(nginx_module, "JOINS_PER_ADDRESS", "1r/m")
    monkeypatch.setattr(nginx_module, "JOINS_BURST", 1)
    with open_nginx(profile, tmp_path) as nginx:
        while nginx.ask(TICKET, "POST", b"")[0].status == 200:
            pass
        yield nginx


def test_a_refusal_for_asking_too_often_is_told_at_once_and_ends_when_one_may_ask_again(full: Nginx) -> None:
    with _connected(full) as connection:
        for _ in range(2):  # the second one on the same connection
            began = time.monotonic()
            connection.sendall(JOIN.encode())
            first = connection.recv(4096)
            refused = time.monotonic() - began
            document = _read_on(connection, first)
            ended = time.monotonic() - began

            assert first.startswith(b"HTTP/1.1 429 ")
            assert refused < 0.5
            assert 1.5 < ended < 4
            assert document["code"] == "rate-limited"


def test_who_asks_again_as_soon_as_refused_is_refused_a_few_times_a_second_and_not_thousands(full: Nginx) -> None:
    lines = full.profile.logs / "nginx-access.log"
    before = len(lines.read_text().splitlines())
    until = time.monotonic() + 5

    with ExitStack() as stack:
        connections = [stack.enter_context(_connected(full)) for _ in range(8)]
        for connection in connections:
            connection.sendall(JOIN.encode())
        received = dict.fromkeys(connections, b"")
        while time.monotonic() < until:
            for connection in connections:
                received[connection] += _whatever(connection)
                if received[connection].endswith(b"}"):
                    received[connection] = b""
                    connection.sendall(JOIN.encode())
        others = full.ask("/api/v1/salons")[0].status
    refused = len(lines.read_text().splitlines()) - before

    assert 8 <= refused <= 8 * 4
    assert others == 200


def test_what_is_refused_for_another_reason_ends_at_once(nginx: Nginx) -> None:
    began = time.monotonic()

    answers = [nginx.ask("/api/v1/sessions", "POST", b"x", Content_Type="text/plain")[0].status for _ in range(20)]

    assert set(answers) == {415}
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("path", "header", "at_once", "a_second"),
    [
        ("/api/v1/bookings", TOKEN, 20, 30),
        ("/queue/v1/events/x/line", TOKEN, 20, 30),
        ("/api/v1/salons", "X-A: 1", 20, 50),
        ("/admin/", "X-A: 1", 20, 50),
        ("/ws/v1/chat", TOKEN, 5, 5),
    ],
)
def test_a_page_passes_at_once_and_what_comes_with_it_waits_its_turn_and_is_not_refused(
    nginx: Nginx, path: str, header: str, at_once: int, a_second: int
) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        connections = [stack.enter_context(_connected(nginx)) for _ in range(50)]
        for connection in connections:
            connection.sendall(f"GET {path} HTTP/1.0\r\n{header}\r\n\r\n".encode())
        passed = _passed(nginx, at_least=at_once + 1)
        seconds = time.monotonic() - began
        refused = sum(is_refused(connection) for connection in connections)

    assert at_once < passed <= at_once + 2 + a_second * seconds
    assert refused == 0


def test_who_looks_at_a_line_without_having_signed_in_counts_with_all_such_of_the_address(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path
) -> None:
    monkeypatch.setattr(nginx_module, "REQUESTS_PER_ADDRESS", "1r/m")
    look = "GET /queue/v1/events/x HTTP/1.0\r\n{}\r\n\r\n"

    with open_nginx(profile, tmp_path) as nginx, ExitStack() as stack:
        for _ in range(150):
            stack.enter_context(_connected(nginx)).sendall(look.format("X-A: 1").encode())
        strangers = _passed(nginx, at_least=21)
        for number in range(100, 250):
            signed = TOKEN.replace("s" * 40 + ".x", f"{'s' * 37}{number}.x")
            stack.enter_context(_connected(nginx)).sendall(look.format(signed).encode())
        everybody = _passed(nginx, at_least=171)

    assert (strangers, everybody) == (21, 171)


def _passed(nginx: Nginx, *, at_least: int) -> int:
    """How many requests have reached main and queue, as soon as they are so many, and a moment later."""
    until = time.monotonic() + 20
    while sum(len(stand.requests) for stand in nginx.stands.values()) < at_least and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.1)
    return sum(len(stand.requests) for stand in nginx.stands.values())


@contextmanager
def _connected(nginx: Nginx) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", nginx.profile.web_port), timeout=10)) as connection:
        yield connection


def _read_on(connection: socket.socket, received: bytes) -> dict[str, object]:
    """The document of the answer that has begun to arrive."""
    while b"\r\n\r\n" not in received or not received.endswith(b"}"):
        received += connection.recv(4096)
    document: dict[str, object] = json.loads(received.partition(b"\r\n\r\n")[2])
    return document


def _whatever(connection: socket.socket) -> bytes:
    connection.settimeout(0.005)
    try:
        return connection.recv(4096)
    except TimeoutError:
        return b""


def test_of_reports_of_the_page_an_address_sends_a_burst_and_no_more(nginx: Nginx) -> None:
    address, report = "/api/v1/page-reports", b'{"page": "/"}'

    began = time.monotonic()

    answers = [nginx.ask(address, "POST", report, Content_Type="application/json")[0].status for _ in range(150)]
    seconds = time.monotonic() - began

    assert 51 <= answers.count(200) <= 52 + 5 * seconds
    assert set(answers) == {200, 429}
    assert nginx.ask("/api/v1/salons")[0].status == 200
