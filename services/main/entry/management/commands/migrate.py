"""Django's `migrate`, that waits for MySQL as long as a change of a large table takes."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

# An index over millions of rows takes minutes, and a client that hangs up does not stop the server: the next try would
# find half of the migration done.
ANSWER_SECONDS = 6 * 3600


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        usual = connection.settings_dict["OPTIONS"]
        connection.settings_dict["OPTIONS"] = {**usual, "read_timeout": ANSWER_SECONDS}
        connection.close()
        try:
            super().handle(*args, **options)
        finally:
            connection.settings_dict["OPTIONS"] = usual
            connection.close()
