"""Two real instances of main, the real chat-worker, and clients that speak to them through real sockets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen
from uuid import uuid4

import aiohttp
import pytest

from accounts.models import Account
from chat.models import Room
from chat.tests.published_frames import what_is_wrong
from config.env import env
from conftest import MakeAccount, access_token_of
from salon_contracts.events.chat import Cursor
from salons.models import Groomer, Region, Salon

MAIN = Path(__file__).resolve().parents[2]
CHAT_WORKER = MAIN.parent / "chat-worker"

Frame = dict[str, Any]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Server(NamedTuple):
    port: int
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Serve = Callable[..., Server]


@pytest.fixture(scope="session")
def serve(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start an instance on the test database. `changed` replaces variables of its environment."""
    from django.db import connection

    folder = tmp_path_factory.mktemp("serve")
    started: list[subprocess.Popen[bytes]] = []
    database_url, _, _ = os.environ["MAIN_DATABASE_URL"].rpartition("/")

    def start(**changed: str) -> Server:
        port = free_port()
        environment = {
            **os.environ,
            "MAIN_DATABASE_URL": f"{database_url}/{connection.settings_dict['NAME']}",
            **changed,
        }
        log_file = folder / f"{port}.log"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=MAIN, env=environment, stderr=log
            )
        started.append(process)
        _wait_for(f"http://127.0.0.1:{port}/api/v1/salons", process, log_file)
        return Server(port, process, log_file)

    yield start
    _end(started)


@pytest.fixture(scope="session")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real chat-worker."""
    port = free_port()
    environment = {
        **os.environ,
        "CHAT_WORKER_KAFKA_BROKERS": env.kafka_brokers,
        "CHAT_WORKER_MONGODB_URL": env.mongodb_url,
        "CHAT_WORKER_CHAT_EPOCH": str(env.chat_epoch),
        "CHAT_WORKER_METRICS_PORT": str(port),
    }
    log_file = tmp_path_factory.mktemp("worker") / "log"
    with log_file.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "chat_worker"], cwd=CHAT_WORKER, env=environment, stderr=log)
    _wait_for(f"http://127.0.0.1:{port}/readyz", process, log_file)
    yield
    _end([process])


@pytest.fixture(scope="session")
def here(serve: Serve, worker: None) -> Server:
    return serve()


@pytest.fixture(scope="session")
def there(serve: Serve, worker: None) -> Server:
    """The other instance."""
    return serve()


def _wait_for(url: str, process: subprocess.Popen[bytes], log_file: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, log_file.read_text()[-3000:]
        try:
            urlopen(url, timeout=2).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} does not answer: {log_file.read_text()[-3000:]}")


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


@pytest.fixture
def salon(transactional_db: None) -> Salon:
    region = Region.objects.create(city="서울", district=f"마포구 {uuid4().hex[:6]}")
    return Salon.objects.create(region=region, name="멍멍살롱", address="양화로 1")


@pytest.fixture
def groomer(salon: Salon, make_account: MakeAccount) -> Groomer:
    return Groomer.objects.create(salon=salon, account=make_account(role="groomer"), name="김미용")


@pytest.fixture
def make_room(salon: Salon, make_account: MakeAccount) -> Callable[[], Room]:
    def make() -> Room:
        groomer = Groomer.objects.create(salon=salon, account=make_account(role="groomer"), name="김미용")
        return Room.objects.create(customer=make_account(), groomer=groomer)

    return make


@pytest.fixture
def room(make_room: Callable[[], Room]) -> Room:
    return make_room()


@dataclass
class Client:
    """One socket of one account. Frames that answer a request are kept apart from messages.

    `faults`: where frames were not as docs/chat-asyncapi.json has them.
    """

    socket: aiohttp.ClientWebSocketResponse
    messages: list[Frame] = field(default_factory=list)
    problems: list[Frame] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    reading: asyncio.Task[None] = field(init=False)
    _answers: dict[int, asyncio.Future[Frame]] = field(default_factory=dict)
    _number: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        async for frame in self.socket:
            body = json.loads(frame.data)
            self.faults += what_is_wrong(body)
            if body["type"] == "message":
                self.messages.append(body)
            elif body.get("reply_to") in self._answers:
                self._answers.pop(body["reply_to"]).set_result(body)
            else:
                self.problems.append(body)
            self._news.set()

    async def ask(self, **frame: Any) -> Frame:
        """Send a request and wait for its answer."""
        return await asyncio.wait_for(await self.begin(**frame), 10)

    async def begin(self, **frame: Any) -> asyncio.Future[Frame]:
        self._number += 1
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        await self.socket.send_json({"id": self._number, **frame})
        return answer

    async def say(self, room: Room, text: str, name: str | None = None) -> Frame:
        return await self.ask(type="send", room_id=str(room.pk), client_message_id=name or str(uuid4()), text=text)

    async def subscribe(self, room: Room, after: str | None = None) -> Frame:
        return await self.ask(type="subscribe", room_id=str(room.pk), after=after)

    async def until(self, condition: Callable[[], bool], within_seconds: float = 10) -> None:
        async with asyncio.timeout(within_seconds):
            while not condition():
                self._news.clear()
                if not condition():
                    await self._news.wait()

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    def cursors(self) -> list[Cursor]:
        return [Cursor.parse(message["cursor"]) for message in self.messages]


def token_of(account: Account) -> str:
    return access_token_of(account)


@asynccontextmanager
async def connected(server: Server, account: Account | None, **headers: str) -> AsyncIterator[Client]:
    """A signed-in mobile client; with `account=None`, only with the headers given."""
    if account is not None:
        headers["Authorization"] = f"Bearer {token_of(account)}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.ws_connect(f"{server.url}/ws/v1/chat", timeout=aiohttp.ClientWSTimeout(ws_close=2)) as opened,
    ):
        client = Client(opened)
        client.reading = asyncio.create_task(client.read())
        try:
            yield client
        finally:
            client.reading.cancel()
        assert client.faults == []


async def history_of(server: Server, room: Room, account: Account, **params: str) -> Frame:
    headers = {"Authorization": f"Bearer {token_of(account)}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{server.url}/api/v1/rooms/{room.pk}/messages", params=params) as answer,
    ):
        body: Frame = await answer.json()
        return body


async def eventually(
    ask: Callable[[], Awaitable[Frame]], good: Callable[[Frame], bool], within_seconds: float = 10
) -> Frame:
    """Ask until the answer is good."""
    until = time.monotonic() + within_seconds
    while not good(answer := await ask()):
        assert time.monotonic() < until, answer
        await asyncio.sleep(0.05)
    return answer
