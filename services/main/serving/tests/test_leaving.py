"""An instance that is told to end (SIGTERM) loses nobody's request, although who asks learns of it only by asking."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import httpx
import pytest

from messaging.tests.kafka import until
from serving.leaving import FAREWELL_SECONDS, leave
from serving.sockets.connection import WebSocketServer
from serving.tests.served import Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _asking_on_new_connections(served: Served, *, beside: int = 4) -> Iterator[list[str]]:
    """What became of each: `200`, `refused` (it was not sent, and another instance may be asked), or an error."""
    became: list[str] = []
    over = threading.Event()

    def ask_on() -> None:
        while not over.is_set():
            became.append(_ask_once(f"{served.client.base_url}/healthz"))

    asking = [threading.Thread(target=ask_on) for _ in range(beside)]
    for thread in asking:
        thread.start()
    yield became
    over.set()
    for thread in asking:
        thread.join()


def _ask_once(url: str) -> str:
    try:
        return str(httpx.get(url).status_code)
    except httpx.ConnectError:
        time.sleep(0.01)
        return "refused"
    except httpx.TransportError as error:
        return type(error).__name__


def test_every_request_is_answered_or_never_taken(serve: Callable[..., Served]) -> None:
    served = serve()

    with _asking_on_new_connections(served) as became:
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=20) == 0

    assert set(became) == {"200", "refused"}


def test_it_says_first_that_it_goes_and_answers_all_the_same(serve: Callable[..., Served]) -> None:
    served = serve()
    began = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    until(lambda: served.client.get("/readyz").status_code == 503, what="for it to turn away")

    while time.monotonic() - began < FAREWELL_SECONDS - 0.5:
        assert served.client.get("/healthz").status_code == 200
        time.sleep(0.1)


def test_a_connection_that_is_kept_open_is_closed_by_an_answer_and_not_under_a_request(
    serve: Callable[..., Served],
) -> None:
    """The one that asks once more after the process has stopped listening."""
    served = serve()
    served.client.get("/healthz")
    served.process.send_signal(signal.SIGTERM)
    time.sleep(FAREWELL_SECONDS + 0.5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.client.base_url}/healthz")

    answer = served.client.get("/healthz")

    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert served.process.wait(timeout=5) == 0


def test_one_that_ends_at_once_closes_it_under_the_request(serve: Callable[..., Served]) -> None:
    """The control: Ctrl-C, where there is nowhere else to be led to."""
    served = serve()
    served.client.get("/healthz")

    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=10) == 0

    with pytest.raises(httpx.TransportError):
        served.client.get("/healthz")


def test_everybody_who_comes_at_once_from_an_instance_that_leaves_is_taken_by_the_kernel(
    serve: Callable[..., Served],
) -> None:
    """nginx gives up on a connection after half a second, and counts on no process to be quick."""
    served = serve()
    address = ("127.0.0.1", int(served.client.base_url.port or 0))
    served.process.send_signal(signal.SIGSTOP)
    try:
        coming = [socket.create_connection(address, timeout=0.5) for _ in range(400)]
    finally:
        served.process.send_signal(signal.SIGCONT)

    for connection in coming:
        connection.close()
    assert served.client.get("/healthz").status_code == 200


class _OddServer:
    """One of its ports cannot be closed."""

    def __init__(self) -> None:
        self.ports = [object()]
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True


async def test_whatever_goes_wrong_while_leaving_the_process_ends() -> None:
    server = _OddServer()

    with pytest.raises(AttributeError):
        await leave(cast(WebSocketServer, server), led_elsewhere=False)

    assert server.is_stopped
