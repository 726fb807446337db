from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from salon_contracts.events.coupons import CouponEventChangedV1
from salon_kit.testing.redis_server import RedisProcess
from tests.harness.customer import Customer, http_session
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.harness.waiting import until

StartQueue = Callable[..., QueueProcess]
NewCustomer = Callable[..., Customer]
STOPPED = {0, -signal.SIGKILL}
# Own numbers for each run: the topics are shared with everybody on this machine.
_account_ids = itertools.count(time.time_ns() // 1000 % 10**12 * 100)


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    process = RedisProcess(tmp_path_factory.mktemp("redis"))
    yield process
    process.stop()


@pytest.fixture
async def redis(redis_process: RedisProcess) -> AsyncIterator[Redis]:
    pool = BlockingConnectionPool.from_url(redis_process.url, decode_responses=True, retry=Retry(NoBackoff(), 0))
    client = Redis.from_pool(pool)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def brokers() -> str:
    return os.environ["QUEUE_KAFKA_BROKERS"]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def main(brokers: str) -> Iterator[Main]:
    main = Main(brokers)
    yield main
    main.close()


@pytest.fixture
def start_queue(
    redis: Redis, redis_process: RedisProcess, brokers: str, keys: Keys, tmp_path: Path
) -> Iterator[StartQueue]:
    started: list[QueueProcess] = []

    def start(**changes: str) -> QueueProcess:
        name = f"queue-{len(started) + 1}"
        queue = QueueProcess(
            name=name, redis_url=redis_process.url, brokers=brokers, keys=keys, log=tmp_path / f"{name}.log", **changes
        )
        started.append(queue)
        until(lambda: _is_ready(queue))
        return queue

    yield start
    for queue in started:  # all at once: each of them takes leave for a while
        queue.ask_to_stop()
    codes = [queue.stop() for queue in started]
    assert set(codes) <= STOPPED, [queue.log.read_text()[-3000:] for queue in started]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with http_session() as session:
        yield session
        tasks = asyncio.all_tasks() - {asyncio.current_task()}  # customers who still listen
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def new_customer(http: aiohttp.ClientSession, keys: Keys) -> NewCustomer:
    def new(event: CouponEventChangedV1 | UUID, *queues: QueueProcess, account_id: int | None = None) -> Customer:
        account = account_id or next(_account_ids)
        event_id = event if isinstance(event, UUID) else event.coupon_event_id
        urls = [queue.url for queue in queues]
        return Customer(account, keys.token(account), http, urls, event_id)

    return new


def _is_ready(queue: QueueProcess) -> bool:
    assert queue.process.poll() is None, queue.log.read_text()
    try:
        with urllib.request.urlopen(f"{queue.url}/readyz", timeout=2) as response:  # noqa: S310 - our own
            return bool(response.status == 200)
    except OSError:
        return False
