"""A whole copy of MySQL while it works: a second server clones the first over the network, and is then opened once.

The clone is of one moment, whatever is written meanwhile (MySQL's clone plugin). That the copy can be opened, and what
is in it, is known when the backup is taken, and not only when it is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.backup.manifest import MySQLPart
from deploy.local.backup.mysql.binary_logs import COPIER, Donor
from deploy.local.backup.mysql.lone_mysql import lone_mysql, make_empty
from deploy.local.backup.mysql.replay import executed
from deploy.local.backup.mysql.table_contents import contents
from deploy.local.failure import CannotGoOn

DATABASE = "salon"
# A clone ends with a restart, which only a supervisor could do: here the server ends, and is opened anew.
NOBODY_RESTARTS_IT = 3707
CONNECTION_LOST = {2006, 2013}
_STATUS = "SELECT BINLOG_FILE, BINLOG_POSITION FROM performance_schema.clone_status"


def copy(donor: Donor, data: Path, *, more: tuple[str, ...] = ()) -> MySQLPart:
    """Into a folder that is not there yet. `more`: what the donor has been started with, besides, that a copy needs."""
    make_empty(data)
    with lone_mysql(data, donor.password, more=more) as server:
        with server.cursor() as cursor:
            _clone(cursor, donor)
        server.wait_for_its_end()
    with lone_mysql(data, donor.password, more=more) as server, server.cursor() as cursor:
        cursor.execute(_STATUS)
        file, position = cursor.fetchone()
        cursor.execute("SELECT VERSION()")
        [version] = cursor.fetchone()
        return MySQLPart(
            server=donor.server,
            version=version,
            gtid_executed=str(executed(cursor)),
            binlog_file=file,
            binlog_position=position,
            tables=contents(cursor, DATABASE),
        )


def _clone(cursor: Any, donor: Donor) -> None:
    cursor.execute("SET GLOBAL clone_valid_donor_list = %s", [f"{donor.host}:{donor.port}"])
    try:
        cursor.execute(
            f"CLONE INSTANCE FROM '{COPIER}'@'{donor.host}':{donor.port:d} IDENTIFIED BY %s", [donor.password]
        )
    except MySQLdb.Error as error:
        if error.args[0] not in {NOBODY_RESTARTS_IT, *CONNECTION_LOST}:
            raise CannotGoOn(
                what="the copy of MySQL",
                why=str(error.args[-1]),
                do="see whether MySQL runs and knows the user `copier`: it is made at each start (make run)",
            ) from error
