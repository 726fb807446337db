"""Connections that let go of a task that is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from redis.asyncio import Connection, SSLConnection
from redis.exceptions import TimeoutError as RedisTimeoutError


class CancellableConnection(Connection):
    """redis-py sends with `asyncio.wait_for`, which in Python 3.11 swallows a cancellation that comes just then.

    A job that loses its cancellation never ends, and a leader that lost its lease would lead on. (It also saves the
    task that wait_for makes for each command.)
    """

    async def send_packed_command(
        self,
        command: bytes | str | Iterable[bytes],
        check_health: bool = True,  # noqa: FBT001, FBT002 - redis-py's
    ) -> None:
        seconds, self.socket_timeout = self.socket_timeout, None
        try:
            async with asyncio.timeout(seconds):
                await super().send_packed_command(command, check_health)
        except TimeoutError as error:
            raise RedisTimeoutError("Timeout writing to socket") from error
        finally:
            self.socket_timeout = seconds


class CancellableSSLConnection(CancellableConnection, SSLConnection):
    """The same, encrypted (`rediss://`)."""
