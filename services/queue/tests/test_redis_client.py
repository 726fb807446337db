"""The Redis client lets go when it is told to."""

from __future__ import annotations

import asyncio
from pathlib import Path

from redis.asyncio import Redis

from coupon_queue.redis_client import connect_redis
from coupon_queue.settings import Settings
from tests.harness.keys import Keys
from tests.harness.processes import RedisProcess


async def cancellations_lost(client: Redis) -> int:
    async def ping_for_ever() -> None:
        while True:
            await client.ping()

    lost = 0
    for turns in range(60):
        task = asyncio.create_task(ping_for_ever())
        for _ in range(turns % 13):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=0.05)
        lost += not task.done()
        while not task.done():
            task.cancel()
            await asyncio.sleep(0.001)
    return lost


async def test_a_cancelled_command_ends(redis_process: RedisProcess, keys: Keys, tmp_path: Path) -> None:
    client = connect_redis(
        Settings(
            redis_url=redis_process.url,
            kafka_brokers="nowhere",
            token_public_key_file=keys.public_file,
            ticket_key_file=keys.ticket_file,
            public_url="http://salon.test",
            host="127.0.0.1",
            port=0,
            instance="test",
        )
    )

    lost = await cancellations_lost(client)

    await client.aclose()
    assert lost == 0
