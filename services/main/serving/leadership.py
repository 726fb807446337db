"""One worker of a kind works, the others stand by: a named lock of MySQL's, which ends with its holder's connection."""

from __future__ import annotations

from django.db import connection


def lock_name(of: str) -> str:
    return f"{of}:{connection.settings_dict['NAME']}"[:64]


def try_to_lead(of: str, *, wait_seconds: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK(%s, %s)", [lock_name(of), wait_seconds])
        [taken] = cursor.fetchone()
    return bool(taken == 1)


def step_down(of: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT RELEASE_LOCK(%s)", [lock_name(of)])
        cursor.fetchone()
