"""Finds among the members of a group one that fits, within a bounded time whatever state they are in."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from MySQLdb import Error, OperationalError  # type: ignore[import-untyped]  # it ships no types

from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.mysql.address import Member

log = get_logger(__name__)

NO_MEMBER_FITS = 2003
# Who is asked first is mostly the right one, and the others are left in peace.
HEAD_START_SECONDS = 0.25
WITHIN_SECONDS = 1.2
# A group without a primary is not asked by every request.
NOT_AGAIN_SECONDS = 0.5

Open = Callable[[Member], Any]
"""A connection to this member, or None when it does not fit. Raises MySQLdb.Error."""


class Finder:
    """One for each role and process; its memory is shared by all threads."""

    def __init__(self, members: Sequence[Member], *, role: str, spread: bool) -> None:
        self._members = tuple(members)
        self._role = role
        self._spread = spread
        self._last: Member | None = None
        self._failed_at = float("-inf")

    def find(self, open_: Open) -> Any:
        """An open connection to a member that fits. Raises MySQLdb.OperationalError when there is none."""
        if time.monotonic() - self._failed_at < NOT_AGAIN_SECONDS:
            raise self._none()
        found = _Search(open_).first(self._in_order())
        if found is None:
            self._failed_at = time.monotonic()
            outage(log.warning, "mysql_member_not_found", role=self._role)
            raise self._none()
        member, connection = found
        if member != self._last and not self._spread:
            log.info("mysql_primary_found", host=member.host, port=member.port)
        self._last = member
        return connection

    def _in_order(self) -> list[Member]:
        if self._spread:
            return random.sample(self._members, len(self._members))
        return sorted(self._members, key=lambda member: member != self._last)

    def _none(self) -> OperationalError:
        return OperationalError(NO_MEMBER_FITS, f"no member of the group is {self._role}")


class _Search:
    def __init__(self, open_: Open) -> None:
        self._open = open_
        self._answers: queue.SimpleQueue[tuple[Member, Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_over = False

    def first(self, members: Sequence[Member]) -> tuple[Member, Any] | None:
        """One is asked, and if it does not answer soon, or does not fit, all others side by side."""
        until = time.monotonic() + WITHIN_SECONDS
        try:
            self._ask(members[0])
            answer = self._next(HEAD_START_SECONDS)
            if answer and answer[1] is not None:
                return answer
            for member in members[1:]:
                self._ask(member)
            for _ in range(len(members) - (answer is not None)):
                answer = self._next(until - time.monotonic())
                if answer is None or answer[1] is not None:
                    return answer
            return None
        finally:
            self._end()

    def _ask(self, member: Member) -> None:
        threading.Thread(target=self._answer, args=(member,), name="mysql-finder", daemon=True).start()

    def _answer(self, member: Member) -> None:
        connection = None
        with suppress(Error):
            connection = self._open(member)
        with self._lock:
            if not self._is_over:
                self._answers.put((member, connection))
                return
        _close(connection)

    def _next(self, seconds: float) -> tuple[Member, Any] | None:
        try:
            return self._answers.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            return None

    def _end(self) -> None:
        """Whoever answers from now on, or has answered beside the one that was taken, hangs up."""
        with self._lock:
            self._is_over = True
        while not self._answers.empty():
            _close(self._answers.get()[1])


def _close(connection: Any) -> None:
    if connection is not None:
        with suppress(Error):
            connection.close()
