"""MySQL's members of docker-compose.ha.yml, run for real, and what keeps them together as a group.

Each is made as the image makes it: with the arguments of Compose and deploy/mysql/group.cnf, a first start that others
cannot reach, the script for its accounts, and a second start. Names and ports are this machine's.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types
import pytest

from deploy.local.install import sandbox
from deploy.local.places import ROOT, SID
from salon_kit.testing.ports import claim_ports
from tests.deploy.compose.files import HA, services, words
from tests.deploy.compose.mysql_asking import connected, until

NAMES = ("mysql-1", "mysql-2", "mysql-3")
CONFIGURATION = ROOT / "deploy" / "mysql" / "group.cnf"
ACCOUNTS = ROOT / "deploy" / "mysql" / "member.sh"
PASSWORD, KEEPERS_PASSWORD = "letters0and0digits", "another0one"


class Members:
    def __init__(self, folder: Path, first_port: int) -> None:
        self._folder = folder
        self.ports = {name: first_port + 2 * number for number, name in enumerate(NAMES)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "secrets").mkdir()
        (folder / "secrets" / "database_password").write_text(PASSWORD)
        (folder / "secrets" / "mysql_keeper_password").write_text(KEEPERS_PASSWORD)

    def make(self, name: str) -> None:
        data = self._data(name)
        data.mkdir(parents=True)
        (data.parent / "group.cnf").write_text(CONFIGURATION.read_text())
        made = sandbox.run_once(SID, data, [*self._command(name), "--initialize-insecure"], *self._configured(name))
        assert made.returncode == 0, made.stderr
        self.start(name, "--skip-networking")
        with self._as_root(name) as cursor:
            for statement in self._accounts():
                cursor.execute(statement)
        self.stop(name)

    def start(self, name: str, *more: str) -> None:
        with (self._data(name).parent / "log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                sandbox.bwrap(SID, self._data(name), [*self._command(name), *more], *self._configured(name)),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until((self._data(name) / "mysql.sock").exists)

    def kill(self, *names: str) -> None:
        for name in names:
            self._running[name].kill()
        for name in names:
            self._running.pop(name).wait()

    def stop(self, name: str) -> None:
        with self._as_root(name) as cursor:
            cursor.execute("SHUTDOWN")
        self._running.pop(name).wait(30)

    def stop_all(self) -> None:
        self.kill(*list(self._running))

    def keeper(self, *more: str) -> list[str]:
        members = ",".join(f"127.0.0.1:{port}" for port in self.ports.values())
        password = f"--password-file={self._folder / 'secrets' / 'mysql_keeper_password'}"
        return [sys.executable, "-m", "deploy.mysql.keep_group", f"--members={members}", password, *more]

    def has_primary(self) -> bool:
        return subprocess.run(self.keeper("--check"), cwd=ROOT, check=False).returncode == 0

    def view(self, name: str) -> dict[int, str]:
        """Port → state, as this member sees the group."""
        with self._as_root(name) as cursor:
            cursor.execute("SELECT MEMBER_PORT, MEMBER_STATE FROM performance_schema.replication_group_members")
            return {port: state for port, state in cursor.fetchall() if port}

    def is_whole(self) -> bool:
        return all(list(self.view(name).values()) == ["ONLINE"] * 3 for name in NAMES)

    def write(self, name: str, statement: str) -> None:
        with self._as_salon(name) as cursor:
            cursor.execute(statement)

    def primary(self) -> str:
        for name in self._running:
            try:
                with self._as_salon(name) as cursor:
                    cursor.execute("SELECT @@super_read_only")
                    if not cursor.fetchone()[0]:
                        return name
            except MySQLdb.Error:
                continue
        raise LookupError("no member takes writes")

    def values(self, name: str) -> list[int]:
        with self._as_salon(name) as cursor:
            cursor.execute("SELECT id FROM salon.kept ORDER BY id")
            return [number for [number] in cursor.fetchall()]

    def standing(self, name: str) -> Any:
        with closing(MySQLdb.connect(host="127.0.0.1", port=self.ports[name], user="salon", password=PASSWORD)) as it:
            return _roles().ask(it, seconds=5)

    def began(self) -> int:
        """How often a group was begun, as the members' views tell: each beginning has another first number."""
        with self._as_root(self.primary()) as cursor:
            cursor.execute(
                "SELECT COUNT(DISTINCT SUBSTRING_INDEX(VIEW_ID, ':', 1)) FROM "
                "performance_schema.replication_group_member_stats"
            )
            return int(cursor.fetchone()[0])

    def _data(self, name: str) -> Path:
        return self._folder / name / "data"

    def _command(self, name: str) -> list[str]:
        """As in Compose; what follows are this machine's names and ports."""
        port, seeds = self.ports[name], ",".join(f"127.0.0.1:{port + 1}" for port in self.ports.values())
        here = [
            *(f"--port={port}", "--bind-address=127.0.0.1", "--report-host=127.0.0.1", f"--report-port={port}"),
            f"--loose-group-replication-local-address=127.0.0.1:{port + 1}",
            *(f"--loose-group-replication-group-seeds={seeds}", "--loose-group-replication-ip-allowlist=127.0.0.1/8"),
            *("--innodb-buffer-pool-size=64M", "--performance-schema-digests-size=200"),
        ]
        place = [
            "--datadir=/data",
            "--socket=/data/mysql.sock",
            "--pid-file=/data/mysql.pid",
            "--secure-file-priv=NULL",
        ]
        return ["mysqld", "--defaults-file=/group.cnf", *words(services(HA)[name]), *here, *place]

    def _configured(self, name: str) -> Sequence[str]:
        return ("--ro-bind", str(self._data(name).parent / "group.cnf"), "/group.cnf")

    def _accounts(self) -> list[str]:
        """What the script says to MySQL, when the image reads it."""
        script = ACCOUNTS.read_text().replace("/run/secrets", str(self._folder / "secrets"))
        printed = subprocess.run(
            ["bash", "-c", f"docker_process_sql() {{ cat; }}\n{script}"], capture_output=True, text=True, check=True
        )
        lines = [line for line in printed.stdout.splitlines() if not line.startswith("--")]
        return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]

    def _as_root(self, name: str) -> Any:
        return connected(unix_socket=str(self._data(name) / "mysql.sock"), user="root")

    def _as_salon(self, name: str) -> Any:
        return connected(host="127.0.0.1", port=self.ports[name], user="salon", password=PASSWORD)


def _roles() -> Any:
    """Main's own module, without main."""
    path = ROOT / "services" / "main" / "serving" / "mysql" / "roles.py"
    spec = importlib.util.spec_from_file_location("roles_of_main", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def members(tmp_path: Path) -> Iterator[Members]:
    members = Members(tmp_path, claim_ports(2 * len(NAMES)))
    try:
        for name in NAMES:
            members.make(name)
        for name in NAMES:
            members.start(name)
        yield members
    finally:
        members.stop_all()


@pytest.fixture
def keeper(members: Members, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(members.keeper(), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    yield keeper
    keeper.kill()
    keeper.wait()


@pytest.mark.timeout(400)
def test_three_servers_become_one_group_and_become_it_again_after_a_whole_stop(
    members: Members, keeper: subprocess.Popen[bytes]
) -> None:
    until(members.is_whole)
    first = members.primary()
    # What main asks, as the user that main is.
    assert {name for name in NAMES if members.standing(name).is_primary} == {first}
    assert {name for name in NAMES if members.standing(name).may_be_read(max_lag_seconds=3)} == {*NAMES} - {first}
    members.write(first, "CREATE TABLE salon.kept (id INT PRIMARY KEY)")
    members.write(first, "INSERT INTO salon.kept VALUES (1)")

    # One is lost and comes back: closed to writers until the group has it again.
    members.kill(first)
    until(lambda: members.primary() != first)
    members.write(members.primary(), "INSERT INTO salon.kept VALUES (2)")
    members.start(first)
    until(members.is_whole)
    assert members.values(first) == [1, 2]

    # All are lost at once. Two of them do not begin without the third, which may know more.
    members.kill(*NAMES)
    members.start("mysql-1")
    members.start("mysql-2")
    time.sleep(8)
    assert not members.has_primary()
    with pytest.raises(LookupError):
        members.primary()
    members.start("mysql-3")
    until(members.is_whole)
    assert members.values(members.primary()) == [1, 2]
    assert members.began() == 1
    assert keeper.poll() is None
