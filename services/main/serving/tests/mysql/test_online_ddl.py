"""A migration that would keep people waiting is found before it runs; one that waits lets others go first."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, models

from serving.mysql import schema
from serving.mysql.online_ddl import blocking, clauses

ONLINE = (
    "ADD COLUMN note varchar(100) NULL",
    "ADD COLUMN kind varchar(20) NOT NULL DEFAULT 'a,b CHECK (c)'",
    "ADD COLUMN one integer NULL, ADD COLUMN other integer NULL",
    "DROP COLUMN amount",
    "ADD INDEX by_amount (amount, name)",
    "ADD UNIQUE INDEX one_name (name)",
    "ADD CONSTRAINT one_name UNIQUE (name, amount)",
    "DROP INDEX by_name",
    "ALTER COLUMN amount SET DEFAULT 3",
    "ALTER COLUMN amount DROP DEFAULT",
    "RENAME COLUMN amount TO cost",
    "DROP FOREIGN KEY of_parent",
)
BLOCKING = (
    "ADD COLUMN amount_twice integer AS (amount * 2) STORED",
    "ADD CONSTRAINT positive CHECK (amount > 0)",
    "ADD FULLTEXT INDEX words (name)",
    "ADD CONSTRAINT of_another FOREIGN KEY (other_id) REFERENCES ddl_parent (id)",
    "MODIFY amount bigint NOT NULL",
    "MODIFY name varchar(50) COLLATE utf8mb4_bin NOT NULL",
    "DROP PRIMARY KEY",
    "ADD COLUMN many integer UNSIGNED DEFAULT 0 NOT NULL CHECK (many >= 0)",
)
REFUSED_BY_MYSQL = {1845, 1846}
TABLE = """\
CREATE TABLE ddl_rule (
  id bigint PRIMARY KEY, amount integer NOT NULL, name varchar(50) NOT NULL,
  parent_id bigint NULL, other_id bigint NULL,
  INDEX by_name (name), CONSTRAINT of_parent FOREIGN KEY (parent_id) REFERENCES ddl_parent (id)
)"""

LOOK = "SELECT * FROM ddl_rule"


@pytest.fixture
def table(transactional_db: None) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS ddl_rule, ddl_parent")
        cursor.execute("CREATE TABLE ddl_parent (id bigint PRIMARY KEY)")
        cursor.execute(TABLE)
    yield "ddl_rule"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS ddl_rule, ddl_parent")


@pytest.mark.parametrize("change", ONLINE)
def test_what_we_call_online_mysql_does_without_locking(table: str, change: str) -> None:
    statement = f"ALTER TABLE `{table}` {change}"

    with connection.cursor() as cursor:
        cursor.execute(f"{statement}, ALGORITHM=INPLACE, LOCK=NONE")

    assert blocking([statement]) == []


@pytest.mark.parametrize("change", BLOCKING)
def test_what_we_refuse_mysql_cannot_do_without_locking(table: str, change: str) -> None:
    statement = f"ALTER TABLE `{table}` {change}"

    with connection.cursor() as cursor, pytest.raises(OperationalError) as refused:
        cursor.execute(f"{statement}, ALGORITHM=INPLACE, LOCK=NONE")

    assert refused.value.args[0] in REFUSED_BY_MYSQL
    assert blocking([statement])


def test_a_foreign_key_is_online_once_its_check_is_put_off(table: str) -> None:
    statement = f"ALTER TABLE {table} ADD CONSTRAINT of_another FOREIGN KEY (other_id) REFERENCES ddl_parent (id)"

    with connection.cursor() as cursor:
        cursor.execute("SET SESSION foreign_key_checks = 0")
        cursor.execute(f"{statement}, ALGORITHM=INPLACE, LOCK=NONE")
        cursor.execute("SET SESSION foreign_key_checks = 1")

    assert blocking(["SET SESSION foreign_key_checks = 0", statement]) == []
    assert blocking(["SET foreign_key_checks = 0", "SET foreign_key_checks = 1", statement])


@pytest.mark.unit
def test_a_new_table_may_have_anything() -> None:
    new = ["CREATE TABLE `t` (`id` integer)", "ALTER TABLE `t` ADD CONSTRAINT c CHECK (id > 0)"]

    assert blocking(new) == []
    assert blocking(new[1:])


@pytest.mark.unit
@pytest.mark.parametrize("statement", ["UPDATE `t` SET a = 1", "DELETE FROM t", "OPTIMIZE TABLE t"])
def test_what_holds_rows_or_is_not_known_is_refused(statement: str) -> None:
    assert blocking([statement])


@pytest.mark.unit
def test_a_change_that_mysql_itself_must_do_online_is_let_through() -> None:
    assert blocking(["ALTER TABLE t MODIFY a varchar(200), ALGORITHM=INPLACE, LOCK=NONE"]) == []
    assert blocking(["ALTER TABLE t MODIFY a varchar(200), ALGORITHM=COPY"])


@pytest.mark.unit
def test_commas_within_brackets_part_nothing() -> None:
    assert clauses("ADD INDEX a (b, c), ADD COLUMN d decimal(3, 1)") == [
        "ADD INDEX a (b, c)",
        "ADD COLUMN d decimal(3, 1)",
    ]


class Waiting(models.Model):
    class Meta:
        app_label = "serving"
        db_table = "ddl_rule"
        managed = False


def test_whoever_comes_while_a_migration_waits_for_a_long_transaction_is_served_before_it_ends(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "LOCK_WAIT_SECONDS", 1)
    field: models.IntegerField[int | None, int | None] = models.IntegerField(null=True)
    field.set_attributes_from_name("added")
    other, reader = connection.copy(), connection.copy()
    done = threading.Event()

    def migrate() -> None:
        with connection.copy().schema_editor() as editor:
            editor.add_field(Waiting, field)
        done.set()

    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(LOOK)
        migrating = threading.Thread(target=migrate)
        migrating.start()
        time.sleep(0.3)
        began = time.monotonic()
        with reader.cursor() as reading:
            reading.execute(LOOK)
        waited = time.monotonic() - began
        assert not done.is_set()
        cursor.execute("COMMIT")
    migrating.join(20)
    other.close()
    reader.close()

    assert done.is_set()
    assert waited < 2.5
