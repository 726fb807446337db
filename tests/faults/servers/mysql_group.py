"""MySQL as production has it: three members of Group Replication, each a process of its own that a test may kill."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.engines.mysql_group.group import Member
from deploy.local.engines.mysql_group.program import program_of, state_of
from tests.faults.servers.victim import Victim, family

PASSWORD = "thePasswordOfATest"


class MySQLGroup:
    """`prefixes`: what stands before the command of each member, such as a network of its own."""

    def __init__(self, members: Sequence[Member], *, folder: Path, prefixes: Sequence[Sequence[str]] = ()) -> None:
        self.members = {member.name: member for member in members}
        self.folder = folder
        self.victims: dict[str, Victim] = {}
        for member, prefix in zip(members, prefixes or [()] * len(members), strict=True):
            program = program_of(member, members, folder=folder, password=PASSWORD)
            self.victims[member.name] = Victim(replace(program, command=[*prefix, *program.command]))

    @property
    def url(self) -> str:
        hosts = ",".join(f"{member.host}:{member.port}" for member in self.members.values())
        return f"mysql://salon@{hosts}/salon"

    def start(self, *names: str) -> None:
        """Those named, or all, beside each other."""
        for name in names or self.members:
            self.victims[name].begin()
        for name in names or self.members:
            self.victims[name].wait_until_ready()

    def stop(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Victim.stop, self.victims.values()))

    def kill(self, *names: str) -> None:
        for name in names:
            self.victims[name].kill()

    def freeze(self, name: str) -> None:
        """As a machine that hangs: connections stay, nothing answers."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, number: int) -> None:
        for pid in family(self.victims[name].pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def state(self, name: str) -> str:
        """What its process says: `ONLINE PRIMARY`, `WAIT: …`."""
        return state_of(self.folder / name)

    def primary(self) -> str:
        """The member that says of itself that it is online, with a majority, and the primary."""
        (name,) = [name for name in self.members if self.state(name) == "ONLINE PRIMARY"]
        return name

    def another_primary(self, than: str) -> float:
        """Seconds until one of the others was the primary."""
        others = [name for name in self.members if name != than]
        return self.wait(lambda: any(self.state(name) == "ONLINE PRIMARY" for name in others), what="other primary")

    def secondaries(self) -> list[str]:
        primary = self.primary()
        return [name for name in self.members if name != primary]

    def catch_up(self) -> None:
        """Wait until each of the others has applied what the primary has written so far."""
        [[written]] = self.ask(self.primary(), "SELECT @@GLOBAL.gtid_executed", user="root")
        for name in self.secondaries():
            question = f"SELECT GTID_SUBSET('{written}', @@GLOBAL.gtid_executed)"
            self.wait(lambda: self.ask(name, question, user="root") == [(1,)], what=f"{name} that caught up")  # noqa: B023  # asked at once

    def ask(self, name: str, *statements: str, user: str = "salon") -> list[tuple[Any, ...]]:
        """The rows of the last statement. Raises MySQLdb.Error."""
        with closing(self.connect(name, user=user)) as connection, closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def connect(self, name: str, *, user: str = "salon") -> Any:
        member = self.members[name]
        return MySQLdb.connect(
            host=member.host,
            port=member.port,
            user=user,
            password=PASSWORD,
            connect_timeout=2,
            read_timeout=10,
            autocommit=True,
        )

    def wait(self, happened: Callable[[], bool], *, what: str, seconds: float = 60) -> float:
        """Seconds until it happened; whoever does not answer has not let it happen yet."""
        began = time.monotonic()
        while True:
            try:
                if happened():
                    return time.monotonic() - began
            except MySQLdb.Error:
                pass
            if time.monotonic() - began > seconds:
                states = {name: self.state(name) for name in self.members}
                raise TimeoutError(f"no {what} within {seconds:.0f} s: {states}")
            time.sleep(0.05)
