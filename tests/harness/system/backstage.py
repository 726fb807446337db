"""What the demo looks at behind the API, only ever reading: rows in MySQL, outcomes in Redis.

Everything it needs is in the environment that every process of the system gets (`.local/<profile>/env.sh`).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salon_contracts.stores.redis_keys import line_tag
from salon_kit.redis.connect import connect_async
from tests.harness.histories.booking import BookingRow
from tests.harness.histories.drop import CouponRow, Reconciled
from tests.harness.system import main_commands
from tests.harness.system.mysql_primary import connect_to_primary


class NotUp(Exception):
    """The system, or what is needed to look behind it, is not there. Says what to do."""


@dataclass(frozen=True)
class MintedCustomer:
    id: int
    token: str


@dataclass(frozen=True)
class RedisLine:
    in_flight: int
    issued: frozenset[CouponRow]


class Backstage:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @classmethod
    def from_environment(cls) -> Backstage:
        needed = ("MAIN_DATABASE_URL", "MAIN_DATABASE_PASSWORD_FILE", "QUEUE_REDIS_URL")
        missing = [name for name in needed if not os.environ.get(name)]
        if missing:
            raise NotUp(
                f"{', '.join(missing)} not set: start the demo with `make demo`, "
                "or source .local/<profile>/env.sh of the running system first"
            )
        return cls(dict(os.environ))

    async def mint_customers(self, count: int) -> list[MintedCustomer]:
        """Signed-in customers without a password each: 500 sign-ins would measure argon2, not the line."""
        rows = await asyncio.to_thread(main_commands.mint_tokens, self._environment, customers=count, minutes=30)
        return [MintedCustomer(id=row["id"], token=row["access_token"]) for row in rows]

    async def coupon_rows(self, event_id: str) -> tuple[CouponRow, ...]:
        drop = json.loads(await self._manage("export_drop", event_id))
        return tuple(
            CouponRow(row["coupon_id"], customer=row["customer_id"], serial=row["serial"], number=row["number"])
            for row in drop["coupons"]
        )

    async def reconciled(self, event_id: str) -> Reconciled:
        """What an operator is told by `make reconcile EVENT=…`."""
        ended = await asyncio.to_thread(main_commands.run, self._environment, "reconcile", event_id)
        if ended.returncode == 0:
            return Reconciled((), compared=ended.stdout.strip().splitlines()[-1])
        return Reconciled(tuple(ended.stdout.splitlines()) or ("it broke off",), compared=ended.stderr.strip()[-300:])

    async def redis_line(self, event_id: str) -> RedisLine:
        """The keys that services/queue keeps for one line (scripts/shared/prelude.lua), read and nothing else."""
        url = self._environment["QUEUE_REDIS_URL"]
        async with connect_async(url, answer_seconds=5, connect_seconds=2, connections_max=5) as redis:
            in_flight = await redis.zcard(f"{line_tag(event_id)}:inflight")
            outcomes = await redis.hgetall(f"{line_tag(event_id)}:outcomes")
        return RedisLine(
            in_flight=in_flight,
            issued=frozenset(
                _row_of_outcome(int(account), str(outcome))
                for account, outcome in outcomes.items()
                if str(outcome).startswith("issued ")
            ),
        )

    async def live_bookings(self, *, groomer_id: int, starts_at: str, ends_at: str) -> tuple[BookingRow, ...]:
        """MySQL's bookings of a groomer that overlap a time and are not cancelled. Times are RFC 3339 in UTC."""
        return await asyncio.to_thread(self._live_bookings, groomer_id, starts_at, ends_at)

    def _live_bookings(self, groomer_id: int, starts_at: str, ends_at: str) -> tuple[BookingRow, ...]:
        connection = self._mysql()
        try:
            cursor = connection.cursor()
            cursor.execute(
                "SELECT id, customer_id FROM bookings_booking "
                "WHERE groomer_id = %s AND starts_at < %s AND ends_at > %s AND status <> 'cancelled'",
                (groomer_id, ends_at, starts_at),
            )
            return tuple(BookingRow(booking_id=_uuid(row[0]), customer=row[1]) for row in cursor.fetchall())
        finally:
            connection.close()

    async def row_counts(self) -> dict[str, int]:
        """How many rows each table of MySQL has."""
        return await asyncio.to_thread(self._row_counts)

    def _row_counts(self) -> dict[str, int]:
        connection = self._mysql()
        try:
            cursor = connection.cursor()
            cursor.execute("SHOW TABLES")
            tables = [str(row[0]) for row in cursor.fetchall()]
            counts = {}
            for table in tables:
                cursor.execute(f"SELECT COUNT(*) FROM `{table}`")  # noqa: S608 - the name comes from MySQL itself
                counts[table] = int(cursor.fetchone()[0])
            return counts
        finally:
            connection.close()

    def _mysql(self) -> Any:
        return connect_to_primary(
            self._environment["MAIN_DATABASE_URL"], Path(self._environment["MAIN_DATABASE_PASSWORD_FILE"])
        )

    async def _manage(self, *words: str) -> str:
        """The standard output of one of main's own commands."""
        try:
            return await asyncio.to_thread(main_commands.output_of, self._environment, *words)
        except main_commands.CommandFailed as failed:
            raise NotUp(str(failed)) from failed


def _row_of_outcome(account: int, outcome: str) -> CouponRow:
    """From "issued number serial coupon_id"."""
    _, number, serial, coupon_id = outcome.split(" ")
    return CouponRow(coupon_id=coupon_id, customer=account, serial=int(serial), number=int(number))


def _uuid(value: object) -> str:
    """Django keeps a UUID as 32 hex digits in MySQL; MariaDB may give it with dashes."""
    digits = str(value).replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
