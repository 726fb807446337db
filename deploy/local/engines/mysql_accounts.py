"""The database and its users, as SQL that a server of the MySQL kind runs at every start (`--init-file`)."""

from __future__ import annotations

import os
from pathlib import Path

# `test\_%`: Django's tests make their own database, test_salon, and one more for each parallel worker.
SQL = """\
CREATE DATABASE IF NOT EXISTS salon CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'salon'@'localhost' IDENTIFIED BY '{password}';
ALTER USER 'salon'@'localhost' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON salon.* TO 'salon'@'localhost';
GRANT ALL PRIVILEGES ON `test\\_%`.* TO 'salon'@'localhost';
ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';
"""
# Accounts are each server's own, and stay out of its binary log. `copier` takes backups (deploy/local/backup).
MYSQL_SQL = f"""\
SET sql_log_bin = 0;
{SQL}\
CREATE USER IF NOT EXISTS 'copier'@'localhost' IDENTIFIED BY '{{password}}';
ALTER USER 'copier'@'localhost' IDENTIFIED BY '{{password}}';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, BACKUP_ADMIN ON *.* TO 'copier'@'localhost';
"""


def write_init_file(data: Path, password: str, sql: str = MYSQL_SQL) -> None:
    if not password.isalnum():
        raise ValueError("the generated database password must be letters and digits, since it stands in SQL")
    path = data / "accounts.sql"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(sql.format(password=password))


# Small enough for a laptop, durable as in production: every commit is on disk before it is answered.
OPTIONS = (
    "--bind-address=127.0.0.1",
    "--character-set-server=utf8mb4",
    "--default-time-zone=+00:00",
    "--max-connections=400",
    "--innodb-buffer-pool-size=256M",
    "--innodb-flush-log-at-trx-commit=1",
    "--performance-schema=OFF",
)
# What was committed can be carried out again elsewhere, to any moment of the last week. MariaDB, the last resort, has
# another form of it, and no copy of the whole server over the network: it has no backups.
LOGGED = (
    "--server-id=1",
    "--log-bin=binlog",
    "--sync-binlog=1",
    "--gtid-mode=ON",
    "--enforce-gtid-consistency=ON",
    "--max-binlog-size=64M",
    "--binlog-expire-logs-seconds=604800",
    # The triggers that refuse overlaps (decision 0014) are made by a migration, whose account is no superuser.
    "--log-bin-trust-function-creators=ON",
    "--plugin-load-add=mysql_clone.so",
)
NOT_LOGGED = ("--skip-log-bin",)
