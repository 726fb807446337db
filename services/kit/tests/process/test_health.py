"""What probes and Prometheus see of a worker."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from prometheus_client import CollectorRegistry, Counter

from salon_kit.health import HealthServer

pytestmark = pytest.mark.unit


class Loop:
    is_alive = True
    is_ready = True


@contextmanager
def served(loop: Loop, *, host: str = "127.0.0.1") -> Iterator[HealthServer]:
    registry = CollectorRegistry()
    Counter("letters", "Letters", registry=registry).inc(42)
    server = HealthServer(
        host=host, port=0, is_alive=lambda: loop.is_alive, is_ready=lambda: loop.is_ready, registry=registry
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


def asked(server: HealthServer, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_loop_that_hangs_is_neither_alive_nor_ready() -> None:
    loop = Loop()
    loop.is_alive = False

    with served(loop) as server:
        assert asked(server, "/healthz")[0] == 503
        assert asked(server, "/readyz")[0] == 503


def test_a_loop_that_waits_for_a_server_is_alive_and_not_ready() -> None:
    loop = Loop()
    loop.is_ready = False

    with served(loop) as server:
        assert asked(server, "/healthz") == (200, '{"status": "ok"}')
        assert asked(server, "/readyz")[0] == 503


def test_the_numbers_are_those_of_the_registry() -> None:
    with served(Loop()) as server:
        assert "letters_total 42.0" in asked(server, "/metrics")[1]


def test_any_other_path_is_a_problem() -> None:
    with served(Loop()) as server:
        status, body = asked(server, "/admin")

    assert status == 404
    assert '"code": "not-found"' in body


def test_only_the_address_that_was_set_answers() -> None:
    with served(Loop(), host="127.0.0.2") as server:
        with socket.create_connection(("127.0.0.2", server.port), timeout=5):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=5)
