"""Two source trees, and what is run of each: its migrations, its API tests, its readers of events."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types
from pydantic_core import MultiHostUrl

# Endpoints and rules that touch every table of the marketplace; those that take long, and those about processes, do
# not say more about the tables.
API_TESTS = (
    "bookings/tests/test_booking.py",
    "salons/tests/test_salons.py",
    "accounts/tests/test_signing_up.py",
    "coupons/tests/issuing/test_issuing.py",
    "notifications/tests/test_notices.py",
)
READ_EXAMPLES = Path(__file__).with_name("read_examples.py")
CHANGE_BOOKINGS = Path(__file__).with_name("change_bookings.py")
# The tests of main that run beside these have 0.
REDIS_DATABASE = 9


@dataclass(frozen=True)
class Tree:
    """`services/` of one release, whichever packages are installed."""

    root: Path

    def migrate(self, database: str) -> None:
        """Raises AssertionError with what it printed."""
        ended = self._run("main", [sys.executable, "manage.py", "migrate", "--no-input"], database)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def failures_on(self, database: str, tests: Sequence[str] = API_TESTS) -> str:
        """What its API tests complain of on a database that is there; empty when all pass."""
        there = [path for path in tests if (self.root / "services" / "main" / path).exists()]
        assert there, f"{self.root} has none of {tests}"
        words = [sys.executable, "-m", "pytest", "-q", "-x", "--reuse-db", "-p", "no:cacheprovider", *there]
        ended = self._run("main", words, database)
        return "" if ended.returncode == 0 else ended.stdout[-3000:] + ended.stderr[-1000:]

    def change_bookings(self, kind: str, database: str) -> dict[str, Any]:
        """When the change of the table began and ended, and what `make check` has against it."""
        ended = self._run("main", [sys.executable, str(CHANGE_BOOKINGS), kind], database)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return dict(json.loads(ended.stdout.splitlines()[-1]))

    def unreadable(self, examples: Path) -> list[str]:
        """Names of published messages, of whichever release, that its consumers would set aside."""
        words = [sys.executable, str(READ_EXAMPLES), str(examples)]
        ended = self._run("contracts", words, "")
        assert ended.returncode == 0, ended.stderr
        return list(json.loads(ended.stdout))

    @property
    def examples(self) -> Path:
        return self.root / "services" / "contracts" / "examples"

    def _run(self, service: str, words: Sequence[str], database: str) -> subprocess.CompletedProcess[str]:
        ours = [str(self.root / "services" / package) for package in ("contracts", "kit")]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(ours),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MAIN_TEST_DATABASE": database,
            "MAIN_DATABASE_URL": _with_path(os.environ["MAIN_DATABASE_URL"], database),
            "MAIN_REDIS_URL": _with_path(os.environ["MAIN_REDIS_URL"], str(REDIS_DATABASE)),
        }
        folder = self.root / "services" / service
        return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def empty_database(name: str) -> None:
    execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} CHARACTER SET utf8mb4")


def execute(*statements: str) -> None:
    with connected() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def connected(database: str = "") -> Iterator[Any]:
    """As main's own account."""
    parts = MultiHostUrl(os.environ["MAIN_DATABASE_URL"])
    host = parts.hosts()[0]
    connection = MySQLdb.connect(
        host=host["host"],
        port=host["port"] or 3306,
        user=host["username"],
        password=Path(os.environ["MAIN_DATABASE_PASSWORD_FILE"]).read_text(encoding="utf-8").strip(),
        database=database,
        autocommit=True,
    )
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor


def _with_path(url: str, path: str) -> str:
    return f"{url.rpartition('/')[0]}/{path}"
