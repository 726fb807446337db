"""Run in services/main: changes the table of bookings as a migration does, by Django's own operations.

    python change_bookings.py online|copying

`online` adds a column and an index; `copying` changes a column's type, which MySQL can only do on a copy.
"""

from __future__ import annotations

import json
import os
import sys
import time

sys.path.insert(0, os.getcwd())

import django  # after the path to the project

django.setup()

from django.db import connection, migrations, models  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.operations.base import Operation  # noqa: E402

from serving.mysql.online_ddl import blocking  # type: ignore[import-not-found]  # noqa: E402  # on main's path only

OPERATIONS: dict[str, list[Operation]] = {
    "online": [
        migrations.AddField("booking", "wish", models.CharField(max_length=200, null=True)),
        migrations.AddIndex("booking", models.Index(fields=["status", "starts_at"], name="bookings_by_status")),
    ],
    "copying": [migrations.AlterField("booking", "price", models.BigIntegerField())],
}


def change(kind: str) -> dict[str, object]:
    changing = type("Migration", (migrations.Migration,), {"operations": OPERATIONS[kind]})
    migration = changing("changed_online", "bookings")
    loader = MigrationLoader(connection)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(loader.project_state(), editor)
    statements = [line for line in editor.collected_sql if not line.startswith("--")]
    connection.close()
    connection.settings_dict["OPTIONS"]["read_timeout"] = 3600
    connection.disable_constraint_checking()  # the rows are of customers that nobody made
    began = time.time()
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(loader.project_state(), editor)
    return {"began": began, "ended": time.time(), "blocking": blocking(statements)}


if __name__ == "__main__":
    print(json.dumps(change(sys.argv[1])))
