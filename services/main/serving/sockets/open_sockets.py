"""The open sockets of this process: how many one account or one network may have, and how those of a session end."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

from salon_contracts.http.problem import Problem

# A person has some devices and some tabs. One that went away without a word still counts for less than a minute.
PER_ACCOUNT = 20
# A carrier puts thousands of phones behind one address, so this is no more than a net under the limit by account.
PER_NETWORK = 2_000
RETRY_AFTER_SECONDS = 30


class TooManySockets(Problem):
    """Facts: `max_sockets`, `retry_after_seconds`."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-sockets"
    title = "There are too many open connections of yours"
    title_ko = "열려 있는 연결이 너무 많아요"


class OpenSocket(Protocol):
    def close(self, code: int, reason: str) -> None:
        """Say goodbye with this code, and handle nothing of it any more."""


@dataclass(frozen=True)
class Owner:
    """Whose a socket is. `network` is what `api.callers.client_address` makes of the caller's address."""

    network: str
    account_id: int
    session_id: UUID | None


class OpenSockets:
    """Only the event loop adds and removes; any thread may close."""

    def __init__(self, *, per_account: int = PER_ACCOUNT, per_network: int = PER_NETWORK) -> None:
        self._per_account = per_account
        self._per_network = per_network
        self._owners: dict[OpenSocket, Owner] = {}
        self._of_account: dict[int, set[OpenSocket]] = defaultdict(set)
        self._in_network: dict[str, int] = defaultdict(int)
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._owners)

    def add(self, socket: OpenSocket, owner: Owner) -> None:
        """Raises TooManySockets."""
        self._loop = asyncio.get_running_loop()
        if len(self._of_account.get(owner.account_id, ())) >= self._per_account:
            raise TooManySockets(max_sockets=self._per_account, retry_after_seconds=RETRY_AFTER_SECONDS)
        if self._in_network.get(owner.network, 0) >= self._per_network:
            raise TooManySockets(max_sockets=self._per_network, retry_after_seconds=RETRY_AFTER_SECONDS)
        self._owners[socket] = owner
        self._of_account[owner.account_id].add(socket)
        self._in_network[owner.network] += 1

    def remove(self, socket: OpenSocket) -> None:
        """Also for one that was never added."""
        owner = self._owners.pop(socket, None)
        if owner is None:
            return
        self._of_account[owner.account_id].discard(socket)
        if not self._of_account[owner.account_id]:
            del self._of_account[owner.account_id]
        self._in_network[owner.network] -= 1
        if not self._in_network[owner.network]:
            del self._in_network[owner.network]

    def close_session(self, session_id: UUID, *, account_id: int, code: int, reason: str) -> None:
        """End every socket of this session. Whoever remembers the ended sessions must have noted it before."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._close, account_id, session_id, code, reason)

    def close_account(self, account_id: int, *, code: int, reason: str) -> None:
        """End every socket of this account."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._close, account_id, None, code, reason)

    def _close(self, account_id: int, session_id: UUID | None, code: int, reason: str) -> None:
        for socket in list(self._of_account.get(account_id, ())):
            if session_id is None or self._owners[socket].session_id == session_id:
                socket.close(code, reason)


open_sockets = OpenSockets()
