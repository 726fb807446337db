"""What a control has in place of the group: a primary and an asynchronous replica, which a person promotes."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.engines.mysql_group import accounts
from deploy.local.engines.mysql_group.group import Group, Member, options
from deploy.local.engines.mysql_group.server import Server
from deploy.local.places import SID
from deploy.local.run.probes import greets_at
from deploy.local.run.program import Program
from tests.faults.servers.mysql_group import PASSWORD
from tests.faults.servers.victim import Victim

PRIMARY, REPLICA = "mysql-1", "mysql-2"
_OF_A_GROUP = ("--group-replication", "--plugin-load-add")


class MySQLPair:
    """`prefixes`: what stands before the command of each, such as a network of its own."""

    def __init__(self, members: tuple[Member, Member], *, folder: Path, prefixes: tuple[tuple[str, ...], ...]) -> None:
        self.members = {member.name: member for member in members}
        self.folder = folder
        self.victims = {
            member.name: Victim(self._program(member, members, prefix))
            for member, prefix in zip(members, prefixes, strict=True)
        }

    @property
    def url(self) -> str:
        hosts = ",".join(f"{member.host}:{member.port}" for member in self.members.values())
        return f"mysql://salon@{hosts}/salon"

    def start(self) -> None:
        for victim in self.victims.values():
            victim.start()
        source = self.members[PRIMARY]
        self.execute(PRIMARY, "SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF")
        self.execute(
            REPLICA,
            f"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '{source.host}', SOURCE_PORT = {source.port},"
            f" SOURCE_USER = 'copier', SOURCE_PASSWORD = '{PASSWORD}', SOURCE_AUTO_POSITION = 1,"
            " GET_SOURCE_PUBLIC_KEY = 1",
            "START REPLICA",
        )

    def promote(self) -> None:
        """As the page of a runbook says: what it has received is applied, and it is opened for writes."""
        self.execute(REPLICA, "STOP REPLICA", "SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF")

    def stop(self) -> None:
        for victim in self.victims.values():
            victim.stop()

    def kill(self, *names: str) -> None:
        for name in names:
            self.victims[name].kill()

    def execute(self, name: str, *statements: str) -> None:
        with closing(self._connected(name)) as connection, closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _connected(self, name: str) -> Any:
        member = self.members[name]
        return MySQLdb.connect(host=member.host, port=member.port, user="keeper", password=PASSWORD, autocommit=True)

    def _program(self, member: Member, members: tuple[Member, Member], prefix: tuple[str, ...]) -> Program:
        group = Group(me=member, members=members, folder=self.folder, password=PASSWORD, name="")
        command = [word for word in options(group) if not word.startswith(_OF_A_GROUP)]

        def prepare() -> None:
            self.folder.mkdir(parents=True, exist_ok=True)
            Server(group).make_data()
            lines = accounts.SQL.format(password=PASSWORD).split(";\n")
            own = [line for line in lines if "group_replication_recovery" not in line]
            own.insert(-2, "GRANT REPLICATION_SLAVE_ADMIN ON *.* TO 'keeper'@'%'")
            (group.data / "accounts.sql").write_text(";\n".join(own))

        wrapper = [sys.executable, "-m", "deploy.local.install.sandbox", str(SID), str(group.data)]
        return Program(
            name=member.name,
            command=[*prefix, *wrapper, *command],
            ports=[member.port],
            ready=greets_at(member.host, member.port),
            prepare=prepare,
        )
