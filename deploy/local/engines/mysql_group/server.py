"""The MySQL server of a member: its data directory and its process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from deploy.local.engines.mysql_group import accounts, last_view
from deploy.local.engines.mysql_group.group import Group, options
from deploy.local.failure import CannotGoOn
from deploy.local.install import sandbox
from deploy.local.places import SID

# What mysqld ends with when it wants to be started again: after a copy of another member's data.
RESTART = 16


class Server:
    """Started by the thread that stays longest: the server ends with it (bwrap's `--die-with-parent`)."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._bubble: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def start(self) -> None:
        self.make_data()
        accounts.write_init_file(self._group.data, self._group.password)
        # mysqld offers to be started again only to a parent that it was told of; seen from inside, ours has no number.
        managed = ("--setenv", "MYSQLD_PARENT_PID", "0")
        with sandbox.signals_kept_back():
            self._bubble, self._pid = sandbox.started(SID, self._group.data, options(self._group), *managed)

    def make_data(self) -> None:
        """An empty data directory, where there is none."""
        if not (self._group.data / "mysql.ibd").exists():
            self._initialize()

    def wait(self) -> int:
        """The exit code, when it has ended."""
        if self._bubble is None:
            raise RuntimeError("the server was not started")
        return self._bubble.wait()

    def terminate(self) -> None:
        """Ask it to end in good order; from any thread."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """At once: one that waits for space does not end in good order."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def set_data_aside(self) -> None:
        """Begin with nothing. What it had is kept beside it until the next time, for a person to look at."""
        aside = self._group.data.with_name("data.set-aside")
        shutil.rmtree(aside, ignore_errors=True)
        self._group.data.rename(aside)

    def _initialize(self) -> None:
        """A copy of an empty data directory, which the first member makes for all: making one takes seconds."""
        folder, data = self._group.folder, self._group.data
        empty, copy = folder / "empty", data.with_name("data.new")
        with last_view.locked(folder):
            if not empty.exists():
                _make_empty(folder / "empty.new")
                (folder / "empty.new").rename(empty)
        # What one has left that was killed over it.
        for unfinished in (data, copy):
            shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(empty, copy)
        copy.rename(data)


def _make_empty(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    made = sandbox.run_once(SID, path, ["mysqld", "--no-defaults", "--datadir=/data", "--initialize-insecure"])
    if made.returncode:
        raise CannotGoOn(what="MySQL's data directory", why=made.stderr[-2000:], do=f"delete {path} and try again")
    # Each server makes a name of its own.
    (path / "auto.cnf").unlink(missing_ok=True)
