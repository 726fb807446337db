"""One process of the load client: up to 18,000 streams, one epoll, no object per stream beyond its descriptor."""

from __future__ import annotations

import os
import select
import socket
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from tests.bench.results.histogram import Histogram
from tests.bench.streams.frames import FrameFinder
from tests.bench.streams.sent_times import SentTimes

# Connecting sockets that wait for the answer's head at one time: below every server's backlog.
OPENING_AT_ONCE = 128
HEAD_BYTES_MAX = 16 * 1024
READ_BYTES = 16 * 1024
EVENTS_AT_ONCE = 1024
OPEN_SECONDS_MAX = 240.0
IP_BIND_ADDRESS_NO_PORT = 24
# Ports of one address pair run out at 28,000; loopback has many addresses.
SOURCES = [f"127.0.0.{last}" for last in range(2, 61)]


@dataclass(frozen=True)
class Plan:
    """Who connects where. `tokens` is a file with one token a line; this process has lines first to last - 1."""

    address: tuple[str, int]
    path: str
    tokens: Path
    first: int
    last: int
    core: int | None
    sent_times: Path


@dataclass
class Counted:
    """What was received since the last reset."""

    delays: Histogram = field(default_factory=Histogram)
    frames: dict[int, int] = field(default_factory=dict)  # seq → streams that got it
    issued_ns: list[int] = field(default_factory=list)  # when each "yours" was read
    over: int = 0  # how many were told that nothing is left for them
    last_ns: int = 0  # when the last of those read it
    open: int = 0
    lost: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def run(plan: Plan, parent: Connection) -> None:
    """The process: does what the parent says until it says "stop" or is gone."""
    if plan.core is not None:
        os.sched_setaffinity(0, {plan.core})
    streams = Streams(plan)
    while True:
        streams.turn(0.2)
        if not parent.poll():
            continue
        try:
            order = parent.recv()
        except EOFError:
            return
        if order == "stop":
            return
        if order == "open":
            streams.open_all()
        elif order == "reset":
            streams.counted = Counted(open=streams.counted.open)
        parent.send(streams.counted)


class Streams:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sent = SentTimes(plan.sent_times)
        self._epoll = select.epoll()
        self._heads: dict[int, bytes] = {}  # descriptors whose answer has not begun
        self._finder = FrameFinder()
        self.counted = Counted()

    def open_all(self) -> None:
        """Returns when every stream has its answer, or raises TimeoutError."""
        until = time.monotonic() + OPEN_SECONDS_MAX
        with self._plan.tokens.open("rb") as lines:
            for number, line in enumerate(lines):
                if not self._plan.first <= number < self._plan.last:
                    continue
                self._connect(number, line.strip())
                while len(self._heads) >= OPENING_AT_ONCE:
                    self._turn_or_give_up(until)
        while self._heads:
            self._turn_or_give_up(until)

    def _turn_or_give_up(self, until: float) -> None:
        self.turn(0.2)
        if time.monotonic() > until:
            raise TimeoutError(f"{len(self._heads)} streams got no answer; open {self.counted.open}")

    def _connect(self, number: int, token: bytes) -> None:
        connection = socket.socket()
        connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        connection.bind((SOURCES[number % len(SOURCES)], 0))
        connection.settimeout(30)
        connection.connect(self._plan.address)
        connection.sendall(
            b"GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n"
            % (self._plan.path.encode(), token)
        )
        connection.setblocking(False)
        descriptor = connection.detach()
        self._heads[descriptor] = b""
        self._epoll.register(descriptor, select.EPOLLIN)

    def turn(self, seconds: float) -> None:
        """Read whatever there is, waiting at most so long for the first of it."""
        now, sent, finder, counted, heads = time.monotonic_ns, self._sent.of, self._finder, self.counted, self._heads
        add, frames = counted.delays.add, counted.frames
        for descriptor, _ in self._epoll.poll(seconds, EVENTS_AT_ONCE):
            chunk = self._read(descriptor)
            if not chunk:
                continue
            if heads and descriptor in heads:
                chunk = self._take_head(descriptor, chunk)
            seqs, issued, _, over = finder.look(descriptor, chunk)
            if over:
                counted.over += over
                counted.last_ns = now()
            if issued:
                counted.issued_ns += [now()] * issued
            for seq in seqs:
                frames[seq] = frames.get(seq, 0) + 1
                began = sent(seq)
                if began:
                    add(now() - began)

    def _read(self, descriptor: int) -> bytes:
        try:
            chunk = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return b""
        except ConnectionError:
            chunk = b""
        if not chunk:
            self._lose(descriptor)
        return chunk

    def _lose(self, descriptor: int) -> None:
        self._finder.forget(descriptor)
        if self._heads.pop(descriptor, None) is not None:
            self._refuse("closed without an answer")
        else:
            self.counted.open -= 1
            self.counted.lost += 1
        os.close(descriptor)  # epoll forgets it by itself

    def _take_head(self, descriptor: int, chunk: bytes) -> bytes:
        """What follows the answer's head; an answer that is not 200 closes the stream."""
        head, end, rest = (self._heads[descriptor] + chunk).partition(b"\r\n\r\n")
        if not end:
            self._heads[descriptor] = head[:HEAD_BYTES_MAX]
            return b""
        del self._heads[descriptor]
        if head.startswith(b"HTTP/1.1 200"):
            self.counted.open += 1
            return rest
        self._refuse(head.partition(b"\r\n")[0].decode(errors="replace"))
        os.close(descriptor)
        return b""

    def _refuse(self, why: str) -> None:
        self.counted.refused[why] = self.counted.refused.get(why, 0) + 1
