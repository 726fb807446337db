"""MariaDB from Debian stable: small, quick to install, and a check that our SQL is not MySQL's alone."""

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

KEY = "mariadb"
TITLE = "MariaDB (Debian stable)"
# The -core package: no service of the machine's own is made or started.
DEBIAN: Sequence[tuple[str, str]] = (
    ("mariadbd", "mariadb-server-core"),
    # What makes the first database asks it for defaults.
    ("my_print_defaults", "mariadb-client-core"),
)


def refusal() -> str | None:
    return None if tool("mariadbd") or tool("apt-get") else "there is no mariadbd on the PATH, and no apt-get"


def steps() -> Sequence[Step]:
    return []


def programs(profile: Profile, password: str) -> Sequence[Program]:
    data, port = profile.data(KEY), profile.port("mysql")
    owner = [f"--datadir={data}", f"--user={getpass.getuser()}"]

    def prepare() -> None:
        data.parent.mkdir(parents=True, exist_ok=True)
        if not (data / "mysql").exists():
            install = ["mariadb-install-db", "--no-defaults", *owner, "--auth-root-authentication-method=normal"]
            made = subprocess.run([*install, "--skip-test-db"], capture_output=True, text=True, check=False)
            if made.returncode:
                raise CannotGoOn(
                    what="MariaDB's data directory", why=made.stdout[-2000:], do=f"delete {data} and try again"
                )
        mysql_accounts.write_init_file(data, password, mysql_accounts.SQL)

    own = [f"--init-file={data}/accounts.sql", f"--port={port}", "--socket=mariadb.sock"]
    return [
        Program(
            name="mysql",
            command=[
                tool("mariadbd") or "mariadbd",
                "--no-defaults",
                *owner,
                *own,
                *mysql_accounts.OPTIONS,
                *mysql_accounts.NOT_LOGGED,
            ],
            ports=[port],
            ready=greets(port),
            prepare=prepare,
        )
    ]
