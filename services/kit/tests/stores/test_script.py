"""Lua files as callables: known to the server or not, before a failover and after it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis_clients import Clients, clients_to, closed

from salon_kit.redis.script import NotReplicated, Script
from salon_kit.testing.redis_server import RedisProcess, RedisWithSentinel

COUNT = Script('return redis.call("INCRBY", KEYS[1], ARGV[1])', name="count")


async def count(clients: Clients, key: str) -> list[object]:
    """What each way of calling is answered."""
    plain, asynchronous = clients
    call = {"keys": [key], "args": [1]}
    return [
        await asyncio.to_thread(lambda: COUNT.run(plain, keys=[key], args=[1])),
        await COUNT(asynchronous, **call),  # type: ignore[arg-type]
        await COUNT.kept(asynchronous, **call),  # type: ignore[arg-type]
    ]


async def until_kept(clients: Clients, *, seconds: float = 20) -> bool:
    """On a busy machine a replica may need longer than one WAIT does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(NotReplicated):
            return int(await COUNT.kept(clients[1], keys=["one"], args=[1])) > 0
    return False


async def test_a_script_runs_once_for_each_call_whether_the_server_knows_it_or_not(server: RedisProcess) -> None:
    clients = clients_to(server.url)

    answers = await count(clients, "one")
    with server.client() as admin:
        admin.script_flush()
        answers += await count(clients, "one")
        admin.flushall()
        answers += await count(clients, "two")
        sent = admin.info("commandstats")

    await closed(clients)
    assert answers == [1, 2, 3, 4, 5, 6, 1, 2, 3]
    # FLUSHALL leaves scripts: the text went out twice in nine calls.
    assert sent["cmdstat_eval"]["calls"] == 2


async def test_a_server_that_started_again_is_sent_the_text(server: RedisProcess) -> None:
    clients = clients_to(server.url)
    await count(clients, "one")

    server.stop()
    server.start()
    await asyncio.sleep(0.05)  # the loop learns that its connection was closed
    answers = await count(clients, "one")

    await closed(clients)
    assert answers == [1, 2, 3]


async def test_after_a_failover_scripts_run_at_the_new_primary(group: RedisWithSentinel) -> None:
    clients = clients_to(group.url)
    await count(clients, "one")
    old = group.primary()

    old.stop()
    group.wait_for_another_primary(old)
    for _ in range(40):
        try:
            answers = await count(clients, "two")
        except RedisError:
            await asyncio.sleep(0.1)
        else:
            break

    await closed(clients)
    assert answers[-1] in {3, 4, 5}


async def test_what_no_replica_has_is_not_kept(group: RedisWithSentinel) -> None:
    clients = clients_to(group.url)
    primary = group.primary()
    with primary.client() as admin:
        admin.config_set("min-replicas-to-write", "0")
    for replica in group.servers:
        if replica is not primary:
            replica.stop()

    with pytest.raises(NotReplicated):
        await COUNT.kept(clients[1], keys=["one"], args=[1])

    await closed(clients)


async def test_a_primary_that_its_replicas_left_refuses_what_is_to_be_kept(group: RedisWithSentinel) -> None:
    clients = clients_to(group.url)
    with group.primary().client() as admin:
        admin.config_set("min-replicas-to-write", "3")

    for _ in range(2):
        with pytest.raises((RedisConnectionError, ResponseError)):
            await COUNT.kept(clients[1], keys=["one"], args=[1])
    counted = await clients[1].get("one")

    with group.primary().client() as admin:
        admin.config_set("min-replicas-to-write", "1")
    kept = await until_kept(clients)
    await closed(clients)
    assert (counted, kept) == (None, True)


def test_the_file_is_found_beside_its_wrapper(tmp_path: Path) -> None:
    (tmp_path / "give.lua").write_text("return 1")
    (tmp_path / "take.lua").write_text("return 2")
    wrapper = str(tmp_path / "give.py")

    assert Script.beside(wrapper)._text == "return 1"
    assert Script.beside(wrapper, name="take")._text == "return 2"
