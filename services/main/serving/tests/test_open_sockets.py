"""How many sockets one account and one network have, and that those of a session can be ended from anywhere."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from serving.sockets.open_sockets import OpenSockets, Owner, TooManySockets

pytestmark = pytest.mark.unit


class FakeSocket:
    """A socket that remembers how it was closed."""

    def __init__(self) -> None:
        self.closed: tuple[int, str] | None = None

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


def owner(account_id: int, *, network: str = "203.0.113.9", session_id: UUID | None = None) -> Owner:
    return Owner(network=network, account_id=account_id, session_id=session_id)


async def test_an_account_has_no_more_sockets_than_it_may_and_others_have_theirs() -> None:
    sockets, socks = OpenSockets(per_account=2), [FakeSocket() for _ in range(4)]

    sockets.add(socks[0], owner(1))
    sockets.add(socks[1], owner(1))
    with pytest.raises(TooManySockets):
        sockets.add(socks[2], owner(1))
    sockets.add(socks[3], owner(2))
    sockets.remove(socks[0])
    sockets.add(socks[2], owner(1))

    assert len(sockets) == 3


async def test_a_network_has_no_more_sockets_than_it_may() -> None:
    sockets = OpenSockets(per_network=2)
    for account_id in (1, 2):
        sockets.add(FakeSocket(), owner(account_id, network="2001:db8:1:2::/64"))

    with pytest.raises(TooManySockets):
        sockets.add(FakeSocket(), owner(3, network="2001:db8:1:2::/64"))
    sockets.add(FakeSocket(), owner(3, network="2001:db8:1:3::/64"))


async def test_nothing_is_kept_of_sockets_that_are_gone() -> None:
    sockets, socks = OpenSockets(), [FakeSocket() for _ in range(50)]
    for number, sock in enumerate(socks):
        sockets.add(sock, owner(number % 7, network=f"203.0.113.{number}"))

    for sock in socks:
        sockets.remove(sock)
        sockets.remove(sock)

    assert len(sockets) == len(sockets._of_account) == len(sockets._in_network) == 0


async def test_a_session_ends_with_its_sockets_and_no_others_said_from_another_thread() -> None:
    sockets, session = OpenSockets(), uuid4()
    its, another, anothers = FakeSocket(), FakeSocket(), FakeSocket()
    sockets.add(its, owner(1, session_id=session))
    sockets.add(another, owner(1, session_id=uuid4()))
    sockets.add(anothers, owner(2, session_id=uuid4()))

    await asyncio.to_thread(sockets.close_session, session, account_id=1, code=4401, reason="session ended")
    await asyncio.sleep(0)

    assert (its.closed, another.closed, anothers.closed) == ((4401, "session ended"), None, None)


async def test_an_account_ends_with_all_of_its_sockets() -> None:
    sockets, socks = OpenSockets(), [FakeSocket(), FakeSocket(), FakeSocket()]
    for sock, account_id in zip(socks, (1, 1, 2), strict=True):
        sockets.add(sock, owner(account_id, session_id=uuid4()))

    sockets.close_account(1, code=4401, reason="new password")
    await asyncio.sleep(0)

    assert [sock.closed is not None for sock in socks] == [True, True, False]
