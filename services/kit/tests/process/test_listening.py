from __future__ import annotations

import socket

import pytest

from salon_kit.listening import take_rest


def _connected_and_not_accepted(server: socket.socket) -> socket.socket:
    client = socket.create_connection(server.getsockname(), timeout=2)
    client.sendall(b"a request")
    return client


def test_whoever_was_connecting_when_a_server_stopped_listening_is_still_heard() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    with _connected_and_not_accepted(server) as client:
        spare = server.dup()
        server.close()

        [connection] = take_rest(spare)

        with connection:
            assert connection.recv(100) == b"a request"
            connection.sendall(b"an answer")
            assert client.recv(100) == b"an answer"


def test_nobody_connects_any_more_afterwards() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    address = server.getsockname()
    spare = server.dup()
    server.close()

    assert take_rest(spare) == []

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=2)


def test_a_server_that_only_closes_resets_them() -> None:
    """The control."""
    server = socket.create_server(("127.0.0.1", 0))
    with _connected_and_not_accepted(server) as client:
        server.close()

        with pytest.raises(ConnectionResetError):
            client.recv(100)
