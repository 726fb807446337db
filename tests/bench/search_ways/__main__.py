"""`python -m tests.bench.search_ways [--rows 100000]`: ngram, a column of pairs and a table of pairs, on both servers.

Starts each server by itself, empty, on the bench's ports, one after the other, and prints for each way how long
building takes, how large it is, and p50 and p95 of finding a page: of common words, of rare ones, and of both together.
All ways have to find the same.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.engines import choice, mariadb_from_debian
from deploy.local.engines.engine import Engine
from deploy.local.run.supervision import Supervision
from deploy.local.settings import secrets_store
from tests.bench.backing import variables
from tests.bench.places import BENCH, HOST, PROFILE
from tests.bench.search_ways.texts import fill, queries
from tests.bench.search_ways.ways import Ngram, PairColumn, PairTable, Way
from tests.harness.system.machine import machine

REPEATED = 5
REPORT = BENCH / "search-ways.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search_ways", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    found = {
        "mysql": _measured(choice.chosen("mysql", lite=False), [Ngram(), PairColumn(), PairTable()], rows),
        "mariadb": _measured(mariadb_from_debian, [PairColumn(), PairTable()], rows),
    }
    report = {"rows": rows, "machine": machine(), "servers": found}
    Path(REPORT).write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=1, ensure_ascii=False))
    return 0


def _measured(engine: Engine, ways: list[Way], rows: int) -> dict[str, Any]:
    with _server(engine) as cursor:
        fill(cursor, rows)
        expected = {words: _by_reading_all(cursor, words.split()) for kind in queries().values() for words in kind}
        return {way.name: _way(way, cursor, expected) for way in ways}


def _way(way: Way, cursor: Any, expected: dict[str, list[int]]) -> dict[str, Any]:
    began = time.monotonic()
    way.build(cursor)
    built = time.monotonic() - began
    print(f"  {way.name}: built in {built:.0f} s", file=sys.stderr, flush=True)
    return {
        "built_s": round(built, 1),
        "megabytes": _megabytes(cursor, way.tables),
        **{f"{kind}, ms p50 p95": _timed(way, cursor, asked, expected) for kind, asked in queries().items()},
    }


def _timed(way: Way, cursor: Any, asked: list[str], expected: dict[str, list[int]]) -> list[float]:
    took = []
    for words in asked * (REPEATED + 1):
        began = time.perf_counter()
        ids = way.find(cursor, words.split())
        took.append((time.perf_counter() - began) * 1_000)
        if ids != expected[words]:
            raise RuntimeError(f"{way.name} finds {ids} for {words}, and there is {expected[words]}")
    took = sorted(took[len(asked) :])  # the first of each warms up
    return [round(took[len(took) // 2], 2), round(took[int(len(took) * 0.95)], 2)]


def _by_reading_all(cursor: Any, words: list[str]) -> list[int]:
    likes = " AND ".join("text LIKE %s" for _ in words)
    cursor.execute(f"SELECT id FROM salon_text WHERE {likes} ORDER BY id LIMIT 20", [f"%{word}%" for word in words])
    return [row[0] for row in cursor.fetchall()]


def _megabytes(cursor: Any, tables: Sequence[str]) -> float:
    """As the server counts it: MySQL leaves out the lists of a FULLTEXT index, which are tables of their own."""
    cursor.execute(f"ANALYZE TABLE {', '.join(tables)}")
    cursor.fetchall()
    cursor.execute(
        "SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables"
        f" WHERE table_schema = DATABASE() AND table_name IN ({', '.join(['%s'] * len(tables))})",
        tables,
    )
    return round(float(cursor.fetchone()[0]) / 1e6, 1)


@contextmanager
def _server(engine: Engine) -> Iterator[Any]:
    secrets_store.make_missing()
    shutil.rmtree(PROFILE.state / "data", ignore_errors=True)
    programs = list(engine.programs(PROFILE, secrets_store.read(secrets_store.DATABASE_PASSWORD)))
    with Supervision(PROFILE, programs, variables()) as supervision:
        for program in programs:
            supervision.start(program.name)
        connection = MySQLdb.connect(
            host=HOST,
            port=PROFILE.port("mysql"),
            user="salon",
            passwd=secrets_store.read(secrets_store.DATABASE_PASSWORD),
            db="salon",
            charset="utf8mb4",
            autocommit=True,
        )
        with connection.cursor() as cursor:
            yield cursor


if __name__ == "__main__":
    sys.exit(main())
