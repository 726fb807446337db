"""Every endpoint while Redis or Kafka is dead, and while it hangs: it works, or says within two seconds that it cannot.

The endpoints are those of the published document, so that a new one is asked too. A stream has begun with its status.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import aiohttp
import pytest

from salon_contracts.http.problem import MEDIA_TYPE
from salon_kit.testing.ports import claim_port
from salon_kit.testing.redis_server import RedisProcess
from tests.conftest import StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually

PUBLISHED = json.loads((Path(__file__).parents[3] / "docs" / "queue-openapi.json").read_text())
OPERATIONS = [
    (method.upper(), path, operation)
    for path, operations in PUBLISHED["paths"].items()
    for method, operation in operations.items()
    if method in {"get", "post", "delete"}
]
WITHIN_SECONDS = 2.0
# What a machine with two cores and other things to do adds.
A_LITTLE = 2.0


class Answer(NamedTuple):
    operation: str
    status: int
    seconds: float
    media_type: str
    retry_after: int

    def wrong(self, *, usual_seconds: float = 0) -> str:
        """`usual_seconds`: what the slowest takes on this machine while nothing is away."""
        if self.seconds > WITHIN_SECONDS + A_LITTLE + usual_seconds:
            return f"{self.operation}: {self.status} after {self.seconds:.1f} s"
        if self.status < 500:
            return ""
        has_words = self.status == 503 and self.media_type == MEDIA_TYPE and self.retry_after >= 1
        return "" if has_words else f"{self.operation}: {self.status} {self.media_type}"


@pytest.mark.parametrize(
    ("status", "seconds", "media_type", "retry_after"),
    [(200, 60.0, "", 0), (500, 0.1, MEDIA_TYPE, 2), (503, 0.1, "text/html", 2), (503, 0.1, MEDIA_TYPE, 0)],
)
def test_a_late_answer_a_bug_and_a_refusal_without_its_words_are_found(
    status: int, seconds: float, media_type: str, retry_after: int
) -> None:
    assert Answer("join_line", status, seconds, media_type, retry_after).wrong()
    assert not Answer("join_line", 503, 0.1, MEDIA_TYPE, 2).wrong()


async def ask_all(http: aiohttp.ClientSession, queue: QueueProcess, event_id: str, keys: Keys) -> list[Answer]:
    return list(await asyncio.gather(*(_ask(http, queue, event_id, keys, *one) for one in OPERATIONS)))


async def _ask(
    http: aiohttp.ClientSession,
    queue: QueueProcess,
    event_id: str,
    keys: Keys,
    method: str,
    path: str,
    operation: dict[str, Any],
) -> Answer:
    role = "operator" if path.endswith("/operator") else "customer"
    body: dict[str, str] | None = {} if "requestBody" in operation else None
    began = time.monotonic()
    async with http.request(
        method,
        queue.url + path.format(event_id=event_id),
        json=body,
        headers={"Authorization": f"Bearer {keys.token(time.time_ns() % 10**12, role=role)}"},
    ) as answer:
        return Answer(
            operation["operationId"],
            answer.status,
            time.monotonic() - began,
            answer.headers.get("Content-Type", ""),
            int(answer.headers.get("Retry-After", 0)),
        )


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[RedisProcess]:
    """One for each test here, because it is killed."""
    process = RedisProcess(tmp_path)
    yield process
    process.stop()


@pytest.mark.parametrize("how", ["dead", "hanging"])
async def test_each_endpoint_works_or_refuses_in_time_while_redis_is_away(
    start_queue: StartQueue,
    http: aiohttp.ClientSession,
    main: Main,
    keys: Keys,
    redis_process: RedisProcess,
    how: str,
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(quantity=1, paused=True))
    await until_known(event, queue)
    event_id = str(event.coupon_event_id)
    whole = await ask_all(http, queue, event_id, keys)
    assert not [answer for answer in whole if answer.status >= 500]
    usual = max(answer.seconds for answer in whole)

    with ExitStack() as hung:
        redis_process.stop() if how == "dead" else hung.enter_context(redis_process.hung())
        answers = await ask_all(http, queue, event_id, keys)
    if how == "dead":
        redis_process.start()

    async def works_again() -> bool:
        return not [answer for answer in await ask_all(http, queue, event_id, keys) if answer.status >= 500]

    assert list(filter(None, (answer.wrong(usual_seconds=usual) for answer in answers))) == []
    assert "join_line" in {answer.operation for answer in answers if answer.status == 503}
    await eventually(works_again)
    assert queue.process.poll() is None


@pytest.mark.parametrize("how", ["dead", "hanging"])
async def test_each_endpoint_works_or_refuses_in_time_while_kafka_is_away(
    redis_process: RedisProcess, http: aiohttp.ClientSession, keys: Keys, tmp_path: Path, how: str
) -> None:
    """A queue that has not read the events yet."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if how == "hanging" else claim_port()
        log = tmp_path / "queue.log"
        queue = QueueProcess(name="alone", redis_url=redis_process.url, brokers=f"127.0.0.1:{port}", keys=keys, log=log)
        try:
            await eventually(lambda: _is_alive(http, queue))
            answers = await ask_all(http, queue, str(uuid4()), keys)
        finally:
            queue.stop()

    assert [answer.wrong() for answer in answers if answer.wrong()] == []


async def _is_alive(http: aiohttp.ClientSession, queue: QueueProcess) -> bool:
    try:
        async with http.get(f"{queue.url}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
