"""Bookings by the hundred thousand, whose table is changed while people read and write it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.places import ROOT
from tests.versions.releases import Tree, connected, empty_database

DATABASE = "test_online"
AT_ONCE = 50_000
READERS, WRITERS = 2, 2
BEFORE_SECONDS = 1.0
# Cancelled ones: the trigger that refuses overlaps has nothing to look up. Everything else is as in a real row.
FILL = """\
INSERT INTO bookings_booking (id, dog_size, starts_at, ends_at, price, status, booked_at, cancelled_at,
                              customer_id, groomer_id, treatment_id)
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
SELECT LPAD(HEX(n + %s), 32, '0'), 'small', '2026-01-01' + INTERVAL n MINUTE, '2026-01-01' + INTERVAL n + 60 MINUTE,
       30000, 'cancelled', '2025-12-01', '2025-12-02', n %% 5000 + 1, n %% 200 + 1, 1 FROM numbers"""
READ = """\
SELECT id, starts_at, price FROM bookings_booking WHERE customer_id = %s ORDER BY starts_at DESC, id DESC LIMIT 20"""
WRITE = """\
INSERT INTO bookings_booking (id, dog_size, starts_at, ends_at, price, status, booked_at, customer_id, groomer_id,
                              treatment_id)
VALUES (REPLACE(UUID(), '-', ''), 'small', '2027-01-01' + INTERVAL %s HOUR, '2027-01-01' + INTERVAL %s + 1 HOUR, 30000,
        'confirmed', NOW(), 1, %s, 1)"""


@dataclass(frozen=True)
class Failure:
    """Of one read or write: when it began and ended, seconds since 1970, and what MySQL said."""

    began: float
    ended: float
    reason: str


@dataclass
class Work:
    """`done`: when each read or write that succeeded began and ended, seconds since 1970."""

    done: list[tuple[float, float]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def longest(self) -> float:
        """Also of those that failed: who was refused after a long wait has waited."""
        return max(ended - began for began, ended in [*self.done, *((one.began, one.ended) for one in self.failures)])

    def within(self, began: float, ended: float) -> int:
        return sum(began < one[0] and one[1] < ended for one in self.done)


@dataclass
class Changed:
    began: float
    ended: float
    blocking: list[str]
    reads: Work
    writes: Work

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def longest_without_a_write(self) -> float:
        """Seconds, of those of the change. When it begins to hold people up, nobody but MySQL knows."""
        ends = sorted(ended for _, ended in self.writes.done if self.began < ended < self.ended)
        return max(later - earlier for earlier, later in pairwise([self.began, *ends, self.ended]))

    def writes_meanwhile(self) -> int:
        """After its first tenth, in which it may not have begun to hold anybody up."""
        return self.writes.within(self.began + self.seconds / 10, self.ended)


@contextmanager
def many_bookings(rows: int) -> Iterator[Tree]:
    tree = Tree(ROOT)
    empty_database(DATABASE)
    tree.migrate(DATABASE)
    with connected(DATABASE) as cursor:
        cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0, cte_max_recursion_depth = 10000000")
        for first in range(0, rows, AT_ONCE):
            cursor.execute(FILL, [min(AT_ONCE, rows - first), first])
    try:
        yield tree
    finally:
        with connected(DATABASE) as cursor:
            cursor.execute(f"DROP DATABASE {DATABASE}")


def change(tree: Tree, kind: str) -> Changed:
    """While people look at their bookings and book; those of the change before are not there any more."""
    with connected(DATABASE) as cursor:
        cursor.execute("DELETE FROM bookings_booking WHERE starts_at >= '2027-01-01' AND status = 'confirmed'")
    reads, writes, stopping = Work(), Work(), threading.Event()
    people = [threading.Thread(target=_keep_on, args=(_read, number, reads, stopping)) for number in range(READERS)]
    people += [threading.Thread(target=_keep_on, args=(_write, number, writes, stopping)) for number in range(WRITERS)]
    for person in people:
        person.start()
    try:
        time.sleep(BEFORE_SECONDS)
        facts = tree.change_bookings(kind, DATABASE)
        time.sleep(BEFORE_SECONDS)
    finally:
        stopping.set()
        for person in people:
            person.join()
    return Changed(**facts, reads=reads, writes=writes)


def _keep_on(act: Any, person: int, work: Work, stopping: threading.Event) -> None:
    with connected(DATABASE) as cursor:
        # As main's connections do. By MySQL's default two people who book each other's neighbour's time may deadlock.
        cursor.execute("SET SESSION transaction_isolation = 'READ-COMMITTED', foreign_key_checks = 0")
        for number in count(1):
            if stopping.is_set():
                return
            began = time.time()
            try:
                act(cursor, person, number)
            except MySQLdb.Error as error:
                work.failures.append(Failure(began, time.time(), str(error)))
            else:
                work.done.append((began, time.time()))
            time.sleep(0.002)


def _read(cursor: Any, person: int, number: int) -> None:
    cursor.execute(READ, [number % 5000 + 1])
    cursor.fetchall()


def _write(cursor: Any, person: int, number: int) -> None:
    cursor.execute(WRITE, [number, number, 1_000 + person])
