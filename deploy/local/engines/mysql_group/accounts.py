"""Accounts of a member, made at each of its starts (`--init-file`) and kept out of its binary log.

A transaction that only one member has would make it a stranger in the group, so each makes its own, alike. The last
line closes the server to writers: only the group opens the primary.
"""

from __future__ import annotations

import os
from pathlib import Path

# Who keeps the member in its group, and under whom one member copies from another.
KEEPER = "keeper"
COPIER = "copier"
SQL = """\
SET sql_log_bin = 0;
CREATE DATABASE IF NOT EXISTS salon CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'salon'@'%' IDENTIFIED BY '{password}';
ALTER USER 'salon'@'%' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON salon.* TO 'salon'@'%';
GRANT ALL PRIVILEGES ON `test\\_%`.* TO 'salon'@'%';
GRANT SELECT ON performance_schema.replication_group_members TO 'salon'@'%';
GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO 'salon'@'%';
CREATE USER IF NOT EXISTS 'keeper'@'%' IDENTIFIED BY '{password}';
ALTER USER 'keeper'@'%' IDENTIFIED BY '{password}';
GRANT GROUP_REPLICATION_ADMIN, SYSTEM_VARIABLES_ADMIN, PERSIST_RO_VARIABLES_ADMIN ON *.* TO 'keeper'@'%';
GRANT SELECT ON performance_schema.* TO 'keeper'@'%';
CREATE USER IF NOT EXISTS 'copier'@'%' IDENTIFIED BY '{password}';
ALTER USER 'copier'@'%' IDENTIFIED BY '{password}';
GRANT REPLICATION SLAVE, REPLICATION CLIENT, CONNECTION_ADMIN ON *.* TO 'copier'@'%';
GRANT BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO 'copier'@'%';
ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';
CHANGE REPLICATION SOURCE TO SOURCE_USER = 'copier', SOURCE_PASSWORD = '{password}'
  FOR CHANNEL 'group_replication_recovery';
SET GLOBAL super_read_only = ON;
"""


def write_init_file(data: Path, password: str) -> None:
    if not password.isalnum():
        raise ValueError("the generated database password must be letters and digits, since it stands in SQL")
    path = data / "accounts.sql"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(SQL.format(password=password))
