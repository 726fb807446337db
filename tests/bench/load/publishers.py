"""How one frame is handed to each of the servers. The same document for all, marked with its time right before."""

from __future__ import annotations

import http.client
import socket
import time
from typing import Protocol
from uuid import UUID

from redis import Redis

from salon_contracts.stores.redis_keys import line_tag
from tests.bench.places import BARE_PUBLISH_PORT, HOST, NCHAN_PORT
from tests.bench.streams.sent_times import SentTimes


class Publisher(Protocol):
    def next_seq(self) -> int: ...
    def publish(self, seq: int, document: bytes) -> None: ...


def document(seq: int, *, waiting: int) -> bytes:
    """A frame as `tick.lua` writes it, with a few departures in it."""
    departed = ",".join(f"[{seq * 10 + first},{seq * 10 + first + 1}]" for first in (1, 4, 7))
    return (
        f'{{"seq":{seq},"state":"paused","serving":0,"admitted":0,"waiting":{waiting},"rate":0.00,"stock_left":1000,'
        f'"departed":[{departed}],"returned":[],"eta_per_place":null,"message":null}}'
    ).encode()


def publish_once_a_second(publisher: Publisher, sent: SentTimes, *, frames: int, waiting: int) -> list[int]:
    """The seqs of the frames, after the last one has had its second."""
    seqs = []
    due = time.monotonic()
    for _ in range(frames):
        seq = publisher.next_seq()
        frame = document(seq, waiting=waiting)
        sent.mark(seq)
        publisher.publish(seq, frame)
        seqs.append(seq)
        due += 1.0
        time.sleep(max(0.0, due - time.monotonic()))
    return seqs


class ThroughRedis:
    """In the place of the queue's leader: the next seq of the line, on the channel that all instances hear."""

    def __init__(self, redis: Redis, event_id: UUID) -> None:
        self._redis = redis
        self._tag = line_tag(event_id)

    def next_seq(self) -> int:
        return int(self._redis.hincrby(f"{self._tag}:meta", "seq", 1))

    def publish(self, seq: int, document: bytes) -> None:
        self._redis.publish(f"{self._tag}:wire", b"F" + document)


class Counting:
    """For servers that leave the counting to the publisher."""

    def __init__(self, first: int = 1) -> None:
        self._next = first - 1

    def next_seq(self) -> int:
        self._next += 1
        return self._next


class ToNchan(Counting):
    def __init__(self) -> None:
        super().__init__()
        self._connection = http.client.HTTPConnection(HOST, NCHAN_PORT, timeout=30)

    def publish(self, seq: int, document: bytes) -> None:
        self._connection.request("POST", "/publish", body=document, headers={"X-EventSource-Event": "frame"})
        answer = self._connection.getresponse()
        answer.read()
        if answer.status not in {200, 201, 202}:
            raise RuntimeError(f"Nchan answered {answer.status}")


class ToBareTransports(Counting):
    """Sends the finished event; a line of the length goes before it."""

    def __init__(self) -> None:
        super().__init__()
        self._connection = socket.create_connection((HOST, BARE_PUBLISH_PORT), 10)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def publish(self, seq: int, document: bytes) -> None:
        event = sse_event(seq, document)
        self._connection.sendall(len(event).to_bytes(4, "big") + event)


def sse_event(seq: int, document: bytes) -> bytes:
    return b"id: %d\nevent: frame\ndata: %s\n\n" % (seq, document)
