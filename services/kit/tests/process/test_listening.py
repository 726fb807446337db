from __future__ import annotations

import errno
import socket
import struct
from typing import cast

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


def test_one_who_gave_up_keeps_nobody_behind_from_being_heard() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    gave_up = socket.create_connection(server.getsockname(), timeout=2)
    gave_up.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gave_up.close()
    with _connected_and_not_accepted(server) as client:
        connections = take_rest(server)

        newest = connections[-1]
        newest.sendall(b"an answer")
        assert client.recv(100) == b"an answer"
        for connection in connections:
            connection.close()


def test_where_no_connection_can_be_taken_in_the_listener_is_closed_all_the_same() -> None:
    """Whoever runs out of descriptors is told so by the kernel, and must not stop leaving for it."""

    class Full:
        is_closed = False

        def settimeout(self, _seconds: float) -> None: ...

        def accept(self) -> tuple[socket.socket, object]:
            raise OSError(errno.EMFILE, "Too many open files")

        def close(self) -> None:
            self.is_closed = True

    listener = Full()

    assert take_rest(cast(socket.socket, listener)) == []
    assert listener.is_closed
