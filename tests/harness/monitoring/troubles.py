"""Troubles that somebody must be written to about: each is a context, and over when it is left."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Producer

from deploy.monitoring.rules.alert import Alert
from deploy.monitoring.rules.catalogue import ALERTS
from salon_contracts.events.topics import Topic

# Of each round: long enough that nothing answers within half a second, short enough that nobody takes it for dead.
STANDS_SECONDS, RUNS_SECONDS = 2.5, 0.4
# By a rule that looks at the last five minutes.
LOOKS_BACK_SECONDS = 300.0
RECOVERS_WITHIN_SECONDS = 90.0
UNREADABLE = b"no event"
_BY_NAME = {alert.name: alert for alert in ALERTS}


@dataclass(frozen=True)
class Trouble:
    """It lasts as long as the context that `happens` opens. `words` stand in what people must read of it.

    `asks` is the metric by which it is known.
    """

    title: str
    alert: Alert
    asks: str
    happens: Callable[[], AbstractContextManager[object]]
    words: str = ""
    recovers_within_seconds: float = RECOVERS_WITHIN_SECONDS


def issuer_stands_still(happens: Callable[[], AbstractContextManager[object]]) -> Trouble:
    """While claims are made."""
    asks = "queue_oldest_claim_seconds"
    return Trouble("the issuer of coupons stands still", _BY_NAME["ClaimsUnanswered"], asks, happens)


def slow_mysql(pid: Callable[[], int], *, store: str = "mysql") -> Trouble:
    alert = _BY_NAME["StoreAnswersSlowly"]
    return Trouble("MySQL answers slowly", alert, "scrape_duration_seconds", lambda: in_pulses(pid()), store)


def records_set_aside(brokers: str, topic: Topic, *, count: int) -> Trouble:
    """Over when it has begun: what was set aside stays there, and people read of the end when no more came for long."""
    return Trouble(
        f"{count} records of {topic.name} that nobody can read",
        _BY_NAME["RecordsSetAside"],
        "salon_consumer_records_passed_total",
        lambda: unreadable_records(brokers, topic, count=count),
        topic.name,
        recovers_within_seconds=LOOKS_BACK_SECONDS + RECOVERS_WITHIN_SECONDS,
    )


def replica_lost(name: str, happens: Callable[[], AbstractContextManager[object]]) -> Trouble:
    return Trouble(f"a replica of Redis, {name}, is killed", _BY_NAME["StoreDown"], "redis_up", happens, name)


def all_replicas_lost(happens: Callable[[], AbstractContextManager[object]]) -> Trouble:
    asks = "redis_connected_slaves"
    return Trouble("every replica of Redis is killed", _BY_NAME["RedisHasNoReplica"], asks, happens)


@contextmanager
def unreadable_records(brokers: str, topic: Topic, *, count: int) -> Iterator[None]:
    """Each of them acknowledged, in partitions of the producer's choice."""
    producer = Producer({"bootstrap.servers": brokers, "acks": "all", "enable.idempotence": True})
    for _ in range(count):
        producer.produce(topic.name, UNREADABLE, b"nobody's")
    assert producer.flush(30) == 0
    yield


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """As a machine that hangs: connections stay, and nothing answers."""
    for pid in pids:
        signal_family(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            signal_family(pid, signal.SIGCONT)


@contextmanager
def in_pulses(pid: int) -> Iterator[None]:
    """A server that does little between long pauses, as on a disk or a processor at its end."""
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            signal_family(pid, signal.SIGSTOP)
            over.wait(STANDS_SECONDS)
            signal_family(pid, signal.SIGCONT)
            over.wait(RUNS_SECONDS)

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        signal_family(pid, signal.SIGCONT)


def signal_family(pid: int, number: int) -> None:
    """Also what descends from it: an engine in a sandbox is in a session of its own."""
    family = [pid]
    for member in family:
        with suppress(FileNotFoundError):
            family += map(int, Path(f"/proc/{member}/task/{member}/children").read_text(encoding="ascii").split())
    for member in family:
        with suppress(ProcessLookupError):
            os.kill(member, number)
