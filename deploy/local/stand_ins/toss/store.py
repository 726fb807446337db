"""What the stand-in knows, in one SQLite file: payments, first answers by key, faults to come, webhooks, calls."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

TABLES = """
    CREATE TABLE IF NOT EXISTS payment (key TEXT PRIMARY KEY, order_id TEXT, document TEXT);
    CREATE INDEX IF NOT EXISTS payment_of_order ON payment (order_id);
    CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, status INTEGER, body TEXT, at REAL);
    CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, operation TEXT, document TEXT);
    CREATE TABLE IF NOT EXISTS webhook (id INTEGER PRIMARY KEY, document TEXT, outcome TEXT);
    CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, operation TEXT, status INTEGER, key TEXT);
    CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT);
    DELETE FROM answer WHERE status IS NULL;
"""
KEY_LIVES_SECONDS = 15 * 24 * 3600


class Answer(NamedTuple):
    status: int
    body: dict[str, Any]


class Store:
    """One connection for all threads, one act at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript(TABLES)

    @contextmanager
    def act(self) -> Iterator[None]:
        """All of it, or nothing."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def save(self, payment: dict[str, Any]) -> None:
        row = (payment["paymentKey"], payment["orderId"], json.dumps(payment))
        self._run("INSERT OR REPLACE INTO payment VALUES (?, ?, ?)", *row)

    def payment(self, key: str) -> dict[str, Any] | None:
        return next(self._documents("SELECT document FROM payment WHERE key = ?", key), None)

    def payments_of(self, order_id: str) -> list[dict[str, Any]]:
        """The latest first."""
        return list(self._documents("SELECT document FROM payment WHERE order_id = ? ORDER BY rowid DESC", order_id))

    def payments(self) -> list[dict[str, Any]]:
        return list(self._documents("SELECT document FROM payment ORDER BY rowid"))

    def first_answer(self, key: str, *, now: float) -> Answer | None:
        """What the same key was answered. Status 0: that is still under way. Otherwise this one is under way now."""
        with self.act():
            self._run("DELETE FROM answer WHERE at < ?", now - KEY_LIVES_SECONDS)
            found = self._run("SELECT status, body FROM answer WHERE key = ?", key).fetchone()
            if found is None:
                self._run("INSERT INTO answer VALUES (?, NULL, NULL, ?)", key, now)
                return None
            return Answer(found[0] or 0, json.loads(found[1] or "{}"))

    def keep_answer(self, key: str, answer: Answer | None) -> None:
        """None: nothing that the next one with this key has to be answered with."""
        if answer is None:
            self._run("DELETE FROM answer WHERE key = ?", key)
        else:
            body = json.dumps(answer.body)
            self._run("UPDATE answer SET status = ?, body = ? WHERE key = ?", answer.status, body, key)

    def add_fault(self, operation: str, fault: dict[str, Any]) -> None:
        self._run("INSERT INTO fault (operation, document) VALUES (?, ?)", operation, json.dumps(fault))

    def forget_faults(self) -> None:
        self._run("DELETE FROM fault")

    def take_fault(self, operation: str) -> dict[str, Any]:
        """The next one of this operation, which is then over. {}: nothing goes wrong."""
        with self._lock:
            question = "SELECT id, document FROM fault WHERE operation = ? ORDER BY id LIMIT 1"
            found = self._run(question, operation).fetchone()
            if found is None:
                return {}
            self._run("DELETE FROM fault WHERE id = ?", found[0])
            return dict(json.loads(found[1]))

    def note_call(self, operation: str, *, status: int, key: str) -> None:
        self._run("INSERT INTO call (operation, status, key) VALUES (?, ?, ?)", operation, status, key)

    def calls(self) -> list[dict[str, Any]]:
        rows = self._run("SELECT operation, status, key FROM call ORDER BY id").fetchall()
        return [dict(zip(("operation", "status", "key"), row, strict=True)) for row in rows]

    def note_webhook(self, document: dict[str, Any], outcome: str) -> None:
        self._run("INSERT INTO webhook (document, outcome) VALUES (?, ?)", json.dumps(document), outcome)

    def webhooks(self) -> list[dict[str, Any]]:
        rows = self._run("SELECT document, outcome FROM webhook ORDER BY id").fetchall()
        return [{**json.loads(document), "outcome": outcome} for document, outcome in rows]

    @property
    def webhook_url(self) -> str:
        found = self._run("SELECT value FROM setting WHERE name = 'webhook'").fetchone()
        return str(found[0]) if found else ""

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self._run("INSERT OR REPLACE INTO setting VALUES ('webhook', ?)", url)

    def _documents(self, statement: str, *values: Any) -> Iterator[dict[str, Any]]:
        return (json.loads(row[0]) for row in self._run(statement, *values).fetchall())

    def _run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        with self._lock:
            return self._database.execute(statement, values)
