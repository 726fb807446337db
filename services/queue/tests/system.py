"""The real system around the line, small: a Redis of our own, queue processes, main as seen from Kafka, customers."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import jwt
from confluent_kafka import Consumer, Producer, TopicPartition
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from salon_contracts.events import topics
from salon_contracts.events.coupons import (
    ON_COUPON_CLAIMS,
    ON_COUPON_DRAWS,
    CouponClaimedV1,
    CouponEventChangedV1,
    CouponIssuedV1,
    CouponRefusedV1,
    DrawEntriesShutV1,
    EventState,
    RefusalReason,
)
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event

SERVICE = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def coupon_event(**changes: Any) -> CouponEventChangedV1:
    now = datetime.now(UTC)
    facts: dict[str, Any] = {
        "trace_id": "test-event",
        "coupon_event_id": uuid4(),
        "revision": 1,
        "state": EventState.PUBLISHED,
        "title": "spring",
        "quantity": 3,
        "opens_at": now - timedelta(minutes=1),
        "closes_at": now + timedelta(hours=1),
    }
    return CouponEventChangedV1(**{**facts, **changes})


class Keys:
    """An RSA pair and a ticket key in files, and the tokens that main would sign."""

    def __init__(self, folder: Path) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public_file = folder / "public.pem"
        self.public_file.write_bytes(
            self._private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        self.ticket_file = folder / "ticket.key"
        self.ticket_file.write_text("k" * 32)

    def token(self, account_id: int, **changes: Any) -> str:
        return jwt.encode({**self.claims(account_id), **changes}, self._private, algorithm="RS256")

    def claims(self, account_id: int) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": "daengdaeng-main",
            "aud": "daengdaeng",
            "type": "access",
            "sub": str(account_id),
            "role": "customer",
            "iat": now,
            "exp": now + 600,
            "jti": uuid4().hex,
        }

    def signed(self, header: bytes, payload: bytes) -> str:
        """A token of exactly these bytes, with a true signature."""
        words = b".".join(base64.urlsafe_b64encode(word).rstrip(b"=") for word in (header, payload))
        signature = self._private.sign(words, padding.PKCS1v15(), hashes.SHA256())
        return (words + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


class RedisProcess:
    """A Redis of our own: pub/sub is not divided by database number, and we flush and kill it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self.start()

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [*words, "--appendonly", "no", "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        until(lambda: _answers(self.port))

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    @contextmanager
    def hung(self) -> Iterator[None]:
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


class QueueProcess:
    """One `python -m coupon_queue`."""

    def __init__(self, *, name: str, redis_url: str, brokers: str, keys: Keys, log: Path, **changes: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = {
            **os.environ,
            "QUEUE_REDIS_URL": redis_url,
            "QUEUE_KAFKA_BROKERS": brokers,
            "QUEUE_TOKEN_PUBLIC_KEY_FILE": str(keys.public_file),
            "QUEUE_TICKET_KEY_FILE": str(keys.ticket_file),
            "QUEUE_PUBLIC_URL": "http://salon.test",
            "QUEUE_HOST": "127.0.0.1",
            "QUEUE_PORT": str(self.port),
            "QUEUE_INSTANCE": name,
            "QUEUE_LOG_FORMAT": "json",
            **changes,
        }
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "coupon_queue"], env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self, *, seconds: float = 15) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return 1

    def has_heard_of(self, event: CouponEventChangedV1) -> bool:
        lines = self.log.read_text().splitlines()
        return any("coupon_event_known" in line and str(event.coupon_event_id) in line for line in lines)

    def logged(self, name: str) -> list[dict[str, Any]]:
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [entry for entry in map(json.loads, lines) if entry.get("event") == name]


class Main:
    """Main as the line sees it: publishes events, answers claims with its two unique constraints."""

    def __init__(self, brokers: str) -> None:
        self._brokers = brokers
        self._producer = Producer({"bootstrap.servers": brokers, "acks": "all", "linger.ms": 0})
        self._consumer = Consumer({"bootstrap.servers": brokers, "group.id": uuid4().hex, "enable.auto.commit": False})
        self._answers: dict[str, CouponIssuedV1 | CouponRefusedV1] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.answering = threading.Event()
        self.answering.set()
        self.refuses: dict[int, RefusalReason] = {}
        self.answers_events: set[UUID] = set()
        self.rows: list[CouponIssuedV1] = []
        self.claims: list[CouponClaimedV1] = []
        self._assign_at_the_end()
        self._thread = threading.Thread(target=self._answer_for_ever, name="main")
        self._thread.start()

    def publish(self, event: CouponEventChangedV1) -> CouponEventChangedV1:
        self.answers_events.add(event.coupon_event_id)
        self._send(event)
        return event

    def say(self, answer: CouponIssuedV1 | CouponRefusedV1 | DrawEntriesShutV1) -> None:
        self._send(answer)

    def first_list(self, event_id: UUID, *, seconds: float = 15) -> tuple[str, list[str]]:
        """The digest and the entries of the first whole list of a draw that the line said. Waits for it."""
        topic, deadline = topics.COUPON_DRAWS.name, time.monotonic() + seconds
        consumer = Consumer({"bootstrap.servers": self._brokers, "group.id": uuid4().hex, "enable.auto.commit": False})
        consumer.assign([TopicPartition(topic, 0, 0)])
        lists: dict[str, dict[int, DrawEntriesShutV1]] = {}
        try:
            while time.monotonic() < deadline:
                record = consumer.poll(0.2)
                if record is None or record.error() is not None or record.key() != str(event_id).encode():
                    continue
                page = read_event(record.value(), known=ON_COUPON_DRAWS)
                pages = lists.setdefault(page.entries_digest, {})
                pages[page.page] = page
                if len(pages) == page.pages:
                    return page.entries_digest, [entry for _, one in sorted(pages.items()) for entry in one.entries]
        finally:
            consumer.close()
        raise AssertionError("the line did not say who takes part")

    def raw(self, topic: str, value: bytes) -> None:
        self._producer.produce(topic, value)
        self._producer.flush(10)

    def close(self) -> None:
        self._stopping.set()
        self.answering.set()
        self._thread.join()
        self._consumer.close()

    def _send(self, event: CouponEventChangedV1 | CouponIssuedV1 | CouponRefusedV1 | DrawEntriesShutV1) -> None:
        self._producer.produce(event.topic, event.to_bytes(), event.key)
        assert self._producer.flush(10) == 0

    def _assign_at_the_end(self) -> None:
        topic = topics.COUPON_CLAIMS.name
        partitions = self._consumer.list_topics(topic, timeout=10).topics[topic].partitions
        places = []
        for partition in partitions:
            _, end = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
            places.append(TopicPartition(topic, partition, end))
        self._consumer.assign(places)

    def _answer_for_ever(self) -> None:
        while not self._stopping.is_set():
            record = self._consumer.poll(0.05)
            if record is None or record.error() is not None:
                continue
            try:
                claim = read_event(record.value(), known=ON_COUPON_CLAIMS)
            except (UnreadableRecord, UnknownEventType):
                continue
            if claim.coupon_event_id in self.answers_events:
                self.answering.wait()
                self.claims.append(claim)
                self._producer.produce(topics.COUPONS.name, self._answer(claim).to_bytes(), claim.key)
                self._producer.poll(0)
        self._producer.flush(5)

    def _answer(self, claim: CouponClaimedV1) -> CouponIssuedV1 | CouponRefusedV1:
        if claim.claim_id not in self._answers:
            facts = claim.model_dump(include={"coupon_event_id", "claim_id", "customer_id", "number", "serial"})
            reason = self._reason_against(claim)
            answer: CouponIssuedV1 | CouponRefusedV1
            if reason is None:
                answer = CouponIssuedV1(trace_id=claim.trace_id, coupon_id=uuid4(), **facts)
                self.rows.append(answer)
            else:
                answer = CouponRefusedV1(trace_id=claim.trace_id, reason=reason, **facts)
            self._answers[claim.claim_id] = answer
        return self._answers[claim.claim_id]

    def _reason_against(self, claim: CouponClaimedV1) -> RefusalReason | None:
        same_event = [row for row in self.rows if row.coupon_event_id == claim.coupon_event_id]
        if claim.customer_id in self.refuses:
            return self.refuses.pop(claim.customer_id)
        if any(row.customer_id == claim.customer_id for row in same_event):
            return RefusalReason.ALREADY_HAS_COUPON
        if any(row.serial == claim.serial for row in same_event):
            return RefusalReason.SERIAL_TAKEN
        return None


@dataclass
class Heard:
    """One server-sent event."""

    name: str
    data: dict[str, Any]
    id: str | None = None


@dataclass
class Customer:
    """One account with its token, and what it was told. Reconnects as a browser does."""

    account_id: int
    token: str
    http: aiohttp.ClientSession
    urls: list[str]
    event_id: UUID
    ticket: str | None = None
    number: int = 0
    heard: list[Heard] = field(default_factory=list)
    ahead: int | None = None
    ahead_history: list[tuple[int, int]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def path(self, tail: str) -> str:
        return f"{self.urls[0]}/queue/v1/events/{self.event_id}/{tail}"

    async def join(self) -> tuple[int, dict[str, Any]]:
        body = {"ticket": self.ticket} if self.ticket else {}
        async with self.http.post(self.path("ticket"), json=body, headers=self.headers) as response:
            answer = await response.json(content_type=None)
            if response.status in {200, 201}:
                self.ticket, self.number = answer["ticket"], answer["number"]
            return response.status, answer

    async def leave(self) -> int:
        async with self.http.delete(self.path("ticket"), headers=self.headers) as response:
            return response.status

    async def listen(self) -> str:
        """Until a final state. Changes the instance when one is gone. Returns the final state."""
        while True:
            try:
                state = await self._listen_once()
            except (aiohttp.ClientError, OSError):
                state = None
            if state is not None:
                return state
            self.urls = self.urls[1:] + self.urls[:1]
            await asyncio.sleep(0.1)

    async def _listen_once(self) -> str | None:
        async with self.http.get(self.path("line"), headers=self.headers) as response:
            if response.status != 200:
                return str((await response.json(content_type=None))["code"]) if response.status < 500 else None
            async for heard in sse(response):
                self.heard.append(heard)
                self._reckon(heard)
                if heard.name == "place" and heard.data["state"] not in {"registered", "waiting", "claimed"}:
                    return str(heard.data["state"])
                if heard.name in {"farewell", "problem"}:
                    return None
        return None

    def _reckon(self, heard: Heard) -> None:
        """The client's arithmetic of docs/api.md."""
        if heard.name == "place":
            self._seq, self._admitted, self.ahead = heard.data["seq"], heard.data["admitted"], heard.data["ahead"]
            self._state, self.number = heard.data["state"], heard.data["number"]
            self.ticket = heard.data["ticket"] or self.ticket
        elif heard.name == "frame" and self.ahead is not None and self._state == "waiting":
            frame = heard.data
            if frame["seq"] <= self._seq:
                return
            assert frame["seq"] == self._seq + 1
            departed = sum(max(0, min(to, self.number - 1) - first + 1) for first, to in frame["departed"])
            returned = sum(number < self.number for number in frame["returned"])
            self.ahead += returned - departed - (frame["admitted"] - self._admitted)
            self._seq, self._admitted = frame["seq"], frame["admitted"]
            self.ahead_history.append((self._seq, self.ahead))


async def sse(response: aiohttp.ClientResponse) -> AsyncIterator[Heard]:
    heard: dict[str, str] = {}
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            heard[name] = value
        elif "event" in heard:
            yield Heard(heard["event"], json.loads(heard["data"]), heard.get("id"))
            heard = {}
        else:
            heard = {}


@asynccontextmanager
async def http_session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        yield session


def until(check: Any, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


async def eventually(check: Any, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while True:
        result = check()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


async def until_known(event: CouponEventChangedV1, *queues: QueueProcess) -> None:
    """Until each has heard of it itself: through Redis it answers for what another one has heard."""
    async with http_session() as http:
        for queue in queues:
            await eventually(lambda queue=queue: queue.has_heard_of(event))
            await eventually(lambda queue=queue: _knows(http, f"{queue.url}/queue/v1/events/{event.coupon_event_id}"))


async def _knows(http: aiohttp.ClientSession, url: str) -> bool:
    async with http.get(url) as response:
        return response.status == 200


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
