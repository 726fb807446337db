"""`manage.py lint_online_ddl --since ../../deploy/last_release.json`: would a migration keep people waiting?

Reads the SQL that `sqlmigrate` would print for every migration that came after the last release, and asks no server.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from serving.mysql.online_ddl import blocking

Key = tuple[str, str]


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=Path, required=True, help="the record of the last release")

    def handle(self, *, since: Path, **options: Any) -> None:
        released = json.loads(since.read_text(encoding="utf-8"))["migrations"]
        loader = MigrationLoader(connection, replace_migrations=False)
        wrong = [
            f"{app}.{name}: {sentence}"
            for app, name in newer(loader, released)
            for sentence in blocking(_statements(loader, (app, name)))
        ]
        if wrong:
            raise CommandError("\n".join(wrong))


def newer(loader: MigrationLoader, released: dict[str, str]) -> list[Key]:
    """Our migrations that the last release did not have. Raises CommandError for a record of what is not there."""
    ours = {app for app, module in _modules(loader).items() if not module.startswith("django.")}
    unknown = [(app, name) for app, name in released.items() if (app, name) not in loader.graph.nodes]
    if unknown:
        raise CommandError(f"the last release had {unknown}, and they are not here: a released migration stays")
    old = {key for leaf in released.items() for key in loader.graph.forwards_plan(leaf)}
    return [key for key in sorted(loader.graph.nodes) if key[0] in ours and key not in old]


def _modules(loader: MigrationLoader) -> dict[str, str]:
    return {app: type(migration).__module__ for (app, _), migration in loader.graph.nodes.items()}


def _statements(loader: MigrationLoader, key: Key) -> list[str]:
    plan = [(loader.graph.nodes[key], False)]
    lines: list[str] = loader.collect_sql(plan)  # type: ignore[attr-defined]  # the stubs leave it out
    return [line for line in lines if not line.startswith("--")]
