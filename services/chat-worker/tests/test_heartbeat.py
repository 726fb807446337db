"""What probes and Prometheus see."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from chat_worker.heartbeat import Heartbeat, serve_health
from chat_worker.settings import Settings

pytestmark = pytest.mark.unit


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def heartbeat(clock: Clock) -> Heartbeat:
    return Heartbeat(stuck_after_seconds=30, clock=clock)


@pytest.fixture
def port(heartbeat: Heartbeat) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    server = serve_health(heartbeat, host="127.0.0.1", port=number)
    yield number
    server.shutdown()
    server.server_close()


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_stuck_loop_is_not_healthy(heartbeat: Heartbeat, clock: Clock, port: int) -> None:
    heartbeat.beat()
    clock.now += 29
    before, _ = get(port, "/healthz")
    clock.now += 2
    after, _ = get(port, "/healthz")
    heartbeat.beat()
    again, _ = get(port, "/healthz")

    assert (before, after, again) == (200, 503, 200)


def test_a_worker_that_cannot_store_is_alive_and_not_ready(heartbeat: Heartbeat, port: int) -> None:
    heartbeat.ready = False

    assert get(port, "/healthz")[0] == 200
    assert get(port, "/readyz")[0] == 503


def test_the_metrics_show_lag_and_the_age_of_the_heartbeat(heartbeat: Heartbeat, clock: Clock, port: int) -> None:
    heartbeat.show_lag({3: 42})
    clock.now += 5

    status, text = get(port, "/metrics")

    assert status == 200
    assert 'chat_lag_records{partition="3"} 42.0' in text
    assert "chat_heartbeat_age_seconds 5.0" in text


def test_partitions_of_somebody_else_are_not_reported(heartbeat: Heartbeat, port: int) -> None:
    heartbeat.show_lag({3: 42})
    heartbeat.show_lag({4: 1})

    assert 'partition="3"' not in get(port, "/metrics")[1]


def test_only_the_address_that_was_set_answers(heartbeat: Heartbeat) -> None:
    server = serve_health(heartbeat, host="127.0.0.2", port=0)

    number = server.server_address[1]
    try:
        with socket.create_connection(("127.0.0.2", number), timeout=5):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", number), timeout=5)
    finally:
        server.shutdown()
        server.server_close()


def test_without_a_setting_only_this_machine_is_told() -> None:
    least = {"kafka_brokers": "k:1", "mongodb_url": "mongodb://m/salon", "chat_epoch": 1, "metrics_port": 1}

    assert str(Settings.model_validate(least).metrics_host) == "127.0.0.1"
