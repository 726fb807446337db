"""MongoDB's protocol by FerretDB, on the open DocumentDB engine inside PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.engines import go_tool, sid_rootfs
from deploy.local.failure import CannotGoOn
from deploy.local.install.sandbox import TMP, run_once
from deploy.local.install.steps import Step
from deploy.local.places import FERRETDB, SID
from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "ferretdb"
TITLE = "FerretDB 2.7 on DocumentDB (PostgreSQL 18)"
DEBIAN = sid_rootfs.DEBIAN

COMMAND = "github.com/FerretDB/FerretDB/v2/cmd/ferretdb"
VERSION = "v2.7.0"
BIN = "/usr/lib/postgresql/18/bin"
SETTINGS = {
    "shared_preload_libraries": "pg_cron,pg_documentdb_core,pg_documentdb",
    "cron.database_name": "postgres",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": TMP,
    "max_connections": "200",
    # So much of its log waits for whoever takes backups.
    "wal_keep_size": "512MB",
}
# The name of its data.
DATA = "documentdb"


def refusal() -> str | None:
    return sid_rootfs.refusal()


def steps() -> Sequence[Step]:
    needs = ["debian"] if go_tool.on_machine() else ["debian", sid_rootfs.STEP]
    build = Step(
        name="ferretdb",
        title=f"FerretDB {VERSION} from the Go module proxy",
        run=_build,
        inputs=[COMMAND, VERSION],
        needs=needs,
        there=FERRETDB.exists,
    )
    return [sid_rootfs.step(), build]


def _build(log: Path) -> None:
    go_tool.build(COMMAND, VERSION, FERRETDB, log)


def programs(profile: Profile, password: str) -> Sequence[Program]:
    return [_postgresql(profile), _ferretdb(profile)]


def _postgresql(profile: Profile) -> Program:
    data, port = profile.data(DATA), profile.port("postgresql")
    wrapper = [sys.executable, "-m", "deploy.local.install.sandbox", str(SID), str(data)]
    settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]

    def prepare() -> None:
        if not (data / "PG_VERSION").exists():
            _succeed(data, f"{BIN}/initdb", "-D", "/data", "--auth=trust", "--username=salon", "--encoding=UTF8")

    psql = [f"{BIN}/psql", "-h", "127.0.0.1", "-p", str(port), "-U", "salon", "-d", "postgres", "-c"]
    listens = accepts(port)

    def answers_queries() -> bool:
        # It listens before it has finished starting, and refuses everyone until then.
        return listens() and run_once(SID, data, [*psql, "SELECT 1"]).returncode == 0

    def make_extension() -> None:
        _succeed(data, *psql, "CREATE EXTENSION IF NOT EXISTS documentdb CASCADE")

    return Program(
        name="postgresql",
        command=[*wrapper, f"{BIN}/postgres", "-D", "/data", "-p", str(port), *settings],
        ports=[port],
        ready=answers_queries,
        prepare=prepare,
        once_ready=make_extension,
        # INT is PostgreSQL's fast stop: it does not wait for FerretDB's pool to go.
        stop_signal="INT",
    )


def _ferretdb(profile: Profile) -> Program:
    port = profile.port("mongodb")
    state = profile.data(KEY)

    def prepare() -> None:
        state.mkdir(parents=True, exist_ok=True)

    return Program(
        name="mongodb",
        command=[
            *(str(FERRETDB), "--no-auth", "--telemetry=disable", "--debug-addr=-", f"--state-dir={state}"),
            f"--postgresql-url=postgres://salon@127.0.0.1:{profile.port('postgresql')}/postgres",
            *(f"--listen-addr=127.0.0.1:{port}", "--log-level=WARN"),
        ],
        ports=[port],
        ready=accepts(port),
        prepare=prepare,
        after=["postgresql"],
    )


def _succeed(data: Path, *command: str) -> None:
    made = run_once(SID, data, command)
    if made.returncode:
        raise CannotGoOn(what=f"PostgreSQL: {command[0]}", why=made.stderr[-2000:], do=f"delete {data} and try again")
