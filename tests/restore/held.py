"""What both stores of a profile hold: rows and digests of every table, each message with a digest of its own."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import bson
import MySQLdb  # type: ignore[import-untyped]  # it ships no types
import pymongo

from deploy.local.backup.manifest import TableContent
from deploy.local.backup.mysql.table_contents import contents
from deploy.local.run.probes import HOST
from deploy.local.settings import secrets_store
from deploy.local.settings.profiles import Profile
from salon_contracts.stores.chat_history import MESSAGES

DATABASE = "salon"


@dataclass(frozen=True)
class Held:
    tables: Mapping[str, TableContent]
    # Ids of bookings; customers who have a coupon; message → digest of its document.
    bookings: frozenset[str]
    coupons: frozenset[int]
    messages: Mapping[str, str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


@dataclass(frozen=True)
class Mark:
    """A moment: all of MySQL then; the messages that were stored before it, and those that were there soon after."""

    moment: datetime
    monotonic: float
    held: Held
    messages_after: Mapping[str, str]


def mark(profile: Profile) -> Mark:
    """Writers stand still for some milliseconds: there is nothing between the moment and the snapshot."""
    before = messages_of(profile)
    with root(profile) as cursor:
        cursor.execute("FLUSH TABLES WITH READ LOCK")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
        cursor.execute("SELECT UTC_TIMESTAMP(6)")
        [moment] = cursor.fetchone()
        now = time.monotonic()
        cursor.execute("UNLOCK TABLES")
        after = messages_of(profile)
        return Mark(moment.replace(tzinfo=UTC), now, _held(cursor, before), after)


def held(profile: Profile) -> Held:
    with root(profile) as cursor:
        return _held(cursor, messages_of(profile))


def messages_of(profile: Profile) -> dict[str, str]:
    with pymongo.MongoClient[dict[str, Any]](f"mongodb://{HOST}:{profile.port('mongodb')}") as client:
        every = client[DATABASE][MESSAGES].find()
        return {str(one["_id"]): hashlib.sha256(bson.encode(one)).hexdigest() for one in every}


def _held(cursor: Any, messages: Mapping[str, str]) -> Held:
    cursor.execute(f"SELECT id FROM {DATABASE}.bookings_booking")  # noqa: S608  # a name of ours
    bookings = frozenset(str(UUID(number)) for (number,) in cursor.fetchall())
    cursor.execute(f"SELECT customer_id FROM {DATABASE}.coupons_coupon")  # noqa: S608
    coupons = frozenset(customer for (customer,) in cursor.fetchall())
    return Held(contents(cursor, DATABASE), bookings, coupons, messages)


@contextmanager
def root(profile: Profile) -> Iterator[Any]:
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    connection = MySQLdb.connect(host=HOST, port=profile.port("mysql"), user="root", password=password, autocommit=True)
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor
