"""A MySQL that the machine already has, started with data of our own."""

from __future__ import annotations

import getpass
import subprocess
from collections.abc import Sequence

from deploy.local.engines import mysql_accounts
from deploy.local.failure import CannotGoOn
from deploy.local.install.steps import Step
from deploy.local.places import tool
from deploy.local.run.probes import greets
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "mysql-path"
TITLE = "MySQL (mysqld on the PATH)"
DEBIAN: Sequence[tuple[str, str]] = ()


def refusal() -> str | None:
    mysqld = tool("mysqld")
    if mysqld is None:
        return "there is no mysqld on the PATH"
    version = subprocess.run([mysqld, "--version"], capture_output=True, text=True, check=False).stdout
    # Debian's MariaDB brings a link of this name.
    return "the mysqld on the PATH is MariaDB" if "MariaDB" in version else None


def steps() -> Sequence[Step]:
    return []


def programs(profile: Profile, password: str) -> Sequence[Program]:
    data, port = profile.data(KEY), profile.port("mysql")
    server = [tool("mysqld") or "mysqld", "--no-defaults", f"--datadir={data}", f"--user={getpass.getuser()}"]

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        if not (data / "mysql.ibd").exists():
            made = subprocess.run([*server, "--initialize-insecure"], capture_output=True, text=True, check=False)
            if made.returncode:
                raise CannotGoOn(
                    what="MySQL's data directory", why=made.stderr[-2000:], do=f"delete {data} and try again"
                )
        mysql_accounts.write_init_file(data, password)

    # A relative path begins at the data directory, and is short enough for a socket.
    own = [f"--init-file={data}/accounts.sql", f"--port={port}", "--socket=mysql.sock", "--mysqlx=OFF"]
    return [
        Program(
            name="mysql",
            command=[*server, *own, *mysql_accounts.OPTIONS, *mysql_accounts.LOGGED],
            ports=[port],
            ready=greets(port),
            prepare=prepare,
        )
    ]
