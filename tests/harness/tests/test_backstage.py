"""Without a running system the demo says what to do, and does not start."""

from __future__ import annotations

import socket

import pytest

from tests.harness.api_client import connections
from tests.harness.system.backstage import Backstage, NotUp
from tests.harness.system.running_system import refuse_if_down

pytestmark = pytest.mark.unit


def test_without_the_systems_environment_it_says_which_variables_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUEUE_REDIS_URL", raising=False)

    with pytest.raises(NotUp, match=r"QUEUE_REDIS_URL.*make demo"):
        Backstage.from_environment()


async def test_without_anybody_at_the_address_it_says_how_to_start_the_system() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer there
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        async with connections(url) as http:
            with pytest.raises(NotUp, match="make run"):
                await refuse_if_down(http, url)
