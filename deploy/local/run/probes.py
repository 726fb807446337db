"""Is it ready? Asked again until the answer is yes; a probe never raises and never waits for long."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

from deploy.local.run.program import Ready

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 2.0


def accepts(port: int) -> Ready:
    def probe() -> bool:
        try:
            with socket.create_connection((HOST, port), TIMEOUT_SECONDS):
                return True
        except OSError:
            return False

    return probe


def greets(port: int) -> Ready:
    """MySQL speaks first: a listening port whose server does not greet yet is not ready."""
    return greets_at(HOST, port)


def greets_at(host: str, port: int) -> Ready:
    def probe() -> bool:
        try:
            with socket.create_connection((host, port), TIMEOUT_SECONDS) as conversation:
                return len(conversation.recv(5)) == 5
        except OSError:
            return False

    return probe


def answers(port: int, *, send: bytes, expect: bytes) -> Ready:
    def probe() -> bool:
        try:
            with socket.create_connection((HOST, port), TIMEOUT_SECONDS) as conversation:
                conversation.sendall(send)
                return conversation.recv(64).startswith(expect)
        except OSError:
            return False

    return probe


def serves(url: str) -> Ready:
    """200 at this address."""
    parts = urlsplit(url)

    def probe() -> bool:
        try:
            connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=TIMEOUT_SECONDS)
            try:
                connection.request("GET", parts.path)
                return connection.getresponse().status == 200
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            return False

    return probe
