"""`manage.py lint_online_ddl` reads what migrations would do, and `migrate` waits for MySQL as long as it takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from entry.management.commands.lint_online_ddl import newer
from entry.management.commands.migrate import ANSWER_SECONDS
from entry.management.commands.migrate import Command as Migrate

pytestmark = pytest.mark.django_db

RECORD = Path(__file__).parents[4] / "deploy" / "last_release.json"


def record_with(folder: Path, **changes: str) -> Path:
    released: dict[str, Any] = json.loads(RECORD.read_text())
    path = folder / "release.json"
    path.write_text(json.dumps({"migrations": {**released["migrations"], **changes}}))
    return path


def test_todays_migrations_keep_nobody_waiting() -> None:
    call_command("lint_online_ddl", since=RECORD)


def test_a_migration_that_copies_a_table_in_use_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"bookings\.0002_no_two_bookings_overlap: .* a check copies the table"):
        call_command("lint_online_ddl", since=record_with(tmp_path, bookings="0001_initial"))


def test_a_released_migration_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="a released migration stays"):
        call_command("lint_online_ddl", since=record_with(tmp_path, bookings="0002_renamed"))


def test_djangos_own_migrations_are_not_ours_to_judge() -> None:
    keys = newer(MigrationLoader(None), {})

    assert ("bookings", "0001_initial") in keys
    assert not {app for app, _ in keys} & {"admin", "auth", "contenttypes", "sessions"}


def test_migrate_does_not_hang_up_on_a_change_that_takes_long(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = connection.settings_dict["OPTIONS"]["read_timeout"]
    within: list[int] = []
    monkeypatch.setattr(
        Migrate.__mro__[1],
        "handle",
        lambda *_args, **_options: within.append(connection.settings_dict["OPTIONS"]["read_timeout"]),
    )

    call_command("migrate")

    assert within == [ANSWER_SECONDS]
    assert connection.settings_dict["OPTIONS"]["read_timeout"] == usual
