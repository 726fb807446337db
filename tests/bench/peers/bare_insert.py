"""What MySQL alone needs for the rows of a drop: the same rows, the same batches, an identical table, nothing else.

Each batch is one `executemany` and one commit, as the issuer commits each batch. The batches are read from the rows
themselves: everything that was issued in one transaction has one `issued_at`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from tests.harness.system.mysql_primary import connect_to_primary

TABLE, COPY = "coupons_coupon", "bench_coupon"
REPEATS = 5

Row = tuple[Any, ...]


class Batch(NamedTuple):
    """One transaction of the issuer. `begun_at` is its `issued_at`, in seconds since 1970."""

    begun_at: float
    rows: list[Row]


class CouponTable:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self._connection = connect_to_primary(
            variables["MAIN_DATABASE_URL"], Path(variables["MAIN_DATABASE_PASSWORD_FILE"])
        )

    def close(self) -> None:
        self._connection.close()

    def count(self, table: str) -> int:
        """Rows of one of our own tables, as of now."""
        cursor = self._connection.cursor()
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608  # our own names
        ((rows,),) = cursor.fetchall()
        self._connection.commit()
        return int(rows)

    def batches_of(self, event_id: str) -> list[Batch]:
        """The rows of one event, transaction by transaction."""
        cursor = self._connection.cursor()
        cursor.execute(
            f"SELECT c.* FROM {TABLE} c WHERE event_id IN (%s, %s) ORDER BY issued_at, number",  # noqa: S608
            (UUID(event_id).hex, str(UUID(event_id))),
        )
        issued_at = [column[0] for column in cursor.description].index("issued_at")
        rows: Sequence[Row] = cursor.fetchall()
        self._connection.commit()
        return [
            Batch(moment.replace(tzinfo=UTC).timestamp(), list(batch))
            for moment, batch in groupby(rows, key=lambda row: row[issued_at])
        ]

    def insert_seconds(self, batches: Sequence[Batch]) -> float:
        """The median of some repeats, each on an empty copy of the table with its indexes and its foreign keys."""
        return sorted(self._insert_once(batches) for _ in range(REPEATS))[REPEATS // 2]

    def _insert_once(self, batches: Sequence[Batch]) -> float:
        cursor = self._connection.cursor()
        cursor.execute(f"DROP TABLE IF EXISTS {COPY}")
        cursor.execute(f"CREATE TABLE {COPY} LIKE {TABLE}")
        cursor.execute(
            f"ALTER TABLE {COPY} ADD FOREIGN KEY (event_id) REFERENCES coupons_couponevent (id), "
            f"ADD FOREIGN KEY (customer_id) REFERENCES accounts_account (id)"
        )
        values = ", ".join(["%s"] * len(batches[0].rows[0]))
        began = time.perf_counter()
        for batch in batches:
            cursor.executemany(f"INSERT INTO {COPY} VALUES ({values})", batch.rows)  # noqa: S608
            self._connection.commit()
        seconds = time.perf_counter() - began
        cursor.execute(f"DROP TABLE {COPY}")
        return seconds
