"""A process as if it were on a machine of its own: it has the processor time that nobody else wants, and no more.

A low priority is not enough where Linux groups processes by session (`kernel.sched_autogroup_enabled`), as it does on
most machines: a flood of the lowest priority in one session has as much as all servers in another one together.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.failure import CannotGoOn


@contextmanager
def group_apart() -> Iterator[Path]:
    """A group for processes that give way to all others at once; `move` puts one in. Raises CannotGoOn."""
    group = next(filter(_makes_idle, (own / f"salon-bench-{os.getpid()}" for own in _own_groups())), None)
    if group is None:
        raise CannotGoOn(
            what="a flood",
            why="it cannot be kept apart from the system: no control group with `cpu.idle` can be made",
            do="measure as root, on Linux 5.15 or newer",
        )
    try:
        yield group
    finally:
        group.rmdir()


def move(pid: int, group: Path) -> None:
    (group / "cgroup.procs").write_text(str(pid))


def _own_groups() -> Iterator[Path]:
    """Where this process is, by cgroup v1 and v2."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in {"cpu", "cpu,cpuacct", ""}:
            yield Path("/sys/fs/cgroup") / controllers / path.lstrip("/")


def _makes_idle(group: Path) -> bool:
    try:
        group.mkdir()
        (group / "cpu.idle").write_text("1")
    except OSError:
        if group.is_dir():
            group.rmdir()
        return False
    return True
