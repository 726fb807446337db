"""One relay works, the others stand by: a named lock of MySQL's, which ends with the connection that holds it."""

from __future__ import annotations

from django.db import connection


def lock_name() -> str:
    return f"outbox-relay:{connection.settings_dict['NAME']}"[:64]


def try_to_lead(*, wait_seconds: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", [lock_name(), wait_seconds])
        [taken] = cursor.fetchone()
    return bool(taken == 1)


def step_down() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT RELEASE_LOCK(%s)", [lock_name()])
        cursor.fetchone()
