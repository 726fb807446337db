"""What is no frame is borne for a while, of each socket for itself."""

from __future__ import annotations

import pytest

from chat.socket.garbage_limit import GARBAGE_ALLOWED, GARBAGE_FORGIVEN_EVERY_SECONDS, GarbageLimit

pytestmark = pytest.mark.unit


def test_some_at_once_is_borne_then_one_every_few_seconds_and_of_other_sockets_still_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("chat.socket.garbage_limit.time.monotonic", lambda: clock[0])
    one, other = GarbageLimit(), GarbageLimit()

    at_once = [one.is_over() for _ in range(GARBAGE_ALLOWED + 1)]
    of_the_other = other.is_over()
    clock[0] += GARBAGE_FORGIVEN_EVERY_SECONDS
    later = [one.is_over(), one.is_over()]

    assert at_once == [False] * GARBAGE_ALLOWED + [True]
    assert not of_the_other
    assert later == [False, True]
