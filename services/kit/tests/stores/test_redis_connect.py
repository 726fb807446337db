"""The one way to Redis: waits end, nothing is sent twice, a failover needs no restart."""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import AuthenticationError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis_clients import ANSWER_SECONDS, Clients, clients_to, closed

from salon_kit.redis.connect import ReplicatedRedis
from salon_kit.testing.redis_server import RedisProcess, RedisWithSentinel


async def both(clients: Clients, command: str, *words: str) -> list[object]:
    """What each kind of client is answered, or the error that it raises."""
    plain, asynchronous = cast(tuple[Any, Any], clients)

    async def asked(answer: Callable[[], Awaitable[object]]) -> object:
        try:
            return await answer()
        except RedisError as error:
            return error

    return [
        await asked(lambda: asyncio.to_thread(plain.execute_command, command, *words)),
        await asked(lambda: asynchronous.execute_command(command, *words)),
    ]


async def until_both_write_to(server: RedisProcess, clients: Clients, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    with server.client() as there:
        for attempt in itertools.count():
            await both(clients, "RPUSH", f"attempt {attempt}", "written")
            if there.llen(f"attempt {attempt}") == 2:
                return
            assert time.monotonic() < deadline, "the clients did not find the new primary"
            await asyncio.sleep(0.05)


async def test_answers_are_text_with_one_server(server: RedisProcess) -> None:
    clients = clients_to(server.url)

    await both(clients, "SET", "name", "보리")
    answers = await both(clients, "GET", "name")

    await closed(clients)
    assert answers == ["보리", "보리"]
    assert not isinstance(clients[1], ReplicatedRedis)


async def test_answers_are_text_behind_sentinels_of_which_one_is_away(group: RedisWithSentinel) -> None:
    clients = clients_to(group.url)

    await both(clients, "SET", "name", "보리")
    answers = await both(clients, "GET", "name")

    await closed(clients)
    assert answers == ["보리", "보리"]
    # WAIT must answer before the connection gives up.
    assert cast(ReplicatedRedis, clients[1]).wait_ms < ANSWER_SECONDS * 1000


async def test_after_a_failover_the_same_clients_write_to_the_new_primary(group: RedisWithSentinel) -> None:
    clients = clients_to(group.url)
    await both(clients, "SET", "before", "1")
    old = group.primary()

    old.stop()
    at_once = await both(clients, "SET", "meanwhile", "1")
    new = group.wait_for_another_primary(old)
    await until_both_write_to(new, clients, seconds=2)

    await closed(clients)
    assert [isinstance(answer, RedisError) for answer in at_once] == [True, True]


async def test_a_primary_that_was_made_a_replica_is_left_without_a_restart(group: RedisWithSentinel) -> None:
    """As before a server is taken down: the old one lives on, and answers READONLY."""
    clients = clients_to(group.url)
    await both(clients, "SET", "before", "1")
    old = group.primary()

    group.fail_over()
    new = group.wait_for_another_primary(old)
    await until_both_write_to(new, clients, seconds=2)

    await closed(clients)


async def test_a_connection_that_was_closed_while_it_was_idle_costs_no_command(server: RedisProcess) -> None:
    clients = clients_to(server.url)
    await both(clients, "PING")

    server.stop()
    server.start()
    await asyncio.sleep(0.05)  # the loop learns that its connection was closed
    answers = await both(clients, "SET", "after", "1")

    await closed(clients)
    assert answers == [True, True]


async def test_a_server_that_hangs_costs_the_answer_s_time_and_no_more(server: RedisProcess) -> None:
    clients = clients_to(server.url)
    await both(clients, "PING")

    with server.hung():
        began = time.monotonic()
        answers = await both(clients, "PING")
        took = time.monotonic() - began

    await closed(clients)
    assert [type(answer) for answer in answers] == [RedisTimeoutError] * 2
    assert took < 2 * ANSWER_SECONDS + 0.5


async def test_who_finds_no_free_connection_waits_no_longer_than_for_an_answer(server: RedisProcess) -> None:
    client = clients_to(server.url)[1]
    pool: Any = client.connection_pool
    in_use = [await pool.get_connection() for _ in range(2)]

    began = time.monotonic()
    with pytest.raises(RedisConnectionError):
        await client.ping()
    took = time.monotonic() - began

    for connection in in_use:
        await pool.release(connection)
    await client.aclose()
    assert took < ANSWER_SECONDS + 0.3


async def test_a_command_whose_answer_was_lost_is_not_sent_again() -> None:
    with cuts_at_each_command() as (url, received):
        clients = clients_to(url)
        answers = await both(clients, "INCR", "coupons")
        await closed(clients)

    assert [type(answer) for answer in answers] == [RedisConnectionError] * 2
    assert len([command for command in received if b"INCR" in command]) == 2


@contextmanager
def cuts_at_each_command() -> Iterator[tuple[str, list[bytes]]]:
    """A server that greets, and hangs up as soon as it has heard a real command."""
    received: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                while text := connection.recv(4096):
                    commands = re.split(rb"\*\d+\r\n", text)[1:]
                    received.extend(commands)
                    if b"INCR" in text:
                        break
                    for command in commands:
                        connection.sendall(b"%1\r\n+proto\r\n:3\r\n" if b"HELLO" in command else b"+OK\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0", received
    finally:
        listening.close()


async def test_passwords_are_those_of_the_address(tmp_path: Path) -> None:
    group = RedisWithSentinel(tmp_path, password="of-redis", sentinel_password="of-sentinel")
    try:
        right = clients_to(group.url)
        wrong = clients_to(group.url.replace("of-redis", "another"))
        alone = clients_to(group.servers[0].url)
        answers = [await both(clients, "PING") for clients in (right, wrong, alone)]
        for clients in (right, wrong, alone):
            await closed(clients)
    finally:
        group.stop()

    assert answers[0] == answers[2] == [True, True]
    assert [type(answer) for answer in answers[1]] == [AuthenticationError] * 2


async def cancellations_lost(client: AsyncRedis) -> int:
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


async def test_a_cancelled_command_ends(server: RedisProcess) -> None:
    client = clients_to(server.url)[1]

    lost = await cancellations_lost(client)

    await client.aclose()
    assert lost == 0
