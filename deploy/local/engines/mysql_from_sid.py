"""MySQL 9.7 from Debian unstable, in a rootfs of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from deploy.local.engines import mysql_accounts, sid_rootfs
from deploy.local.failure import CannotGoOn
from deploy.local.install.sandbox import TMP, run_once
from deploy.local.install.steps import Step
from deploy.local.places import SID
from deploy.local.run.probes import greets
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "mysql-sid"
TITLE = "MySQL 9.7 (Debian unstable)"
DEBIAN = sid_rootfs.DEBIAN


def refusal() -> str | None:
    return sid_rootfs.refusal()


def steps() -> Sequence[Step]:
    return [sid_rootfs.step()]


def programs(profile: Profile, password: str) -> Sequence[Program]:
    data, port = profile.data(KEY), profile.port("mysql")

    def prepare() -> None:
        if not (data / "mysql.ibd").exists():
            made = run_once(SID, data, ["mysqld", "--no-defaults", "--datadir=/data", "--initialize-insecure"])
            if made.returncode:
                raise CannotGoOn(
                    what="MySQL's data directory", why=made.stderr[-2000:], do=f"delete {data} and try again"
                )
        mysql_accounts.write_init_file(data, password)

    server = ["mysqld", "--no-defaults", "--datadir=/data", "--init-file=/data/accounts.sql", f"--port={port}"]
    # The socket is on the rootfs's own /tmp: a path in a deep checkout would be too long for one.
    settings = [f"--socket={TMP}/mysql.sock", f"--pid-file={TMP}/mysql.pid", "--mysqlx=OFF", "--secure-file-priv=NULL"]
    wrapper = [sys.executable, "-m", "deploy.local.install.sandbox", str(SID), str(data)]
    return [
        Program(
            name="mysql",
            command=[*wrapper, *server, *settings, *mysql_accounts.OPTIONS, *mysql_accounts.LOGGED],
            ports=[port],
            ready=greets(port),
            prepare=prepare,
        )
    ]
