"""A small root file system of Debian unstable, which has MySQL 9.7 and PostgreSQL with DocumentDB.

Made with mmdebstrap by package name; the mirror is the one that the machine's apt uses. Nothing of it is installed
on the machine itself, and servers run from it read-only (`sandbox.py`).
"""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from deploy.local.engines import go_tool
from deploy.local.failure import CannotGoOn
from deploy.local.install import sandbox
from deploy.local.install.steps import Step, logged
from deploy.local.places import SID, tool

STEP = "sid"
DEBIAN = (("mmdebstrap", "mmdebstrap"), ("bwrap", "bubblewrap"))
PACKAGES = ("mysql-server-core", "postgresql-18", "postgresql-18-documentdb")
BUILD_PACKAGES = ("golang-go", "ca-certificates")


def refusal() -> str | None:
    if platform.machine() not in {"x86_64", "aarch64"}:
        return f"Debian builds it for x86_64 and aarch64, this is {platform.machine()}"
    if (SID / "usr").exists():
        return (
            None if tool("bwrap") or tool("apt-get") else "bubblewrap is missing, and there is no apt-get to bring it"
        )
    if not tool("apt-get"):
        return "it comes from Debian's archive, and there is no apt-get here"
    return None if os.geteuid() == 0 or tool("mmdebstrap") else "mmdebstrap is missing, and only root can install it"


def packages() -> tuple[str, ...]:
    """Go is added only for a machine that has none of its own to build FerretDB with."""
    return PACKAGES if go_tool.on_machine() else PACKAGES + BUILD_PACKAGES


def step() -> Step:
    wanted = packages()
    return Step(
        name=STEP,
        title="Debian unstable: MySQL 9.7, PostgreSQL with DocumentDB",
        run=lambda log: _build(log, wanted),
        inputs=[",".join(wanted), "layout 1"],
        needs=["debian"],
        there=(SID / "usr" / "sbin" / "mysqld").exists,
    )


def _build(log: Path, wanted: tuple[str, ...]) -> None:
    why = sandbox.refusal()
    if why:
        raise CannotGoOn(
            what="bubblewrap, which runs servers from Debian unstable,",
            why=why,
            do="allow user namespaces (in a container: CAP_SYS_ADMIN), or give the addresses of servers in .env",
        )
    shutil.rmtree(SID, ignore_errors=True)
    SID.parent.mkdir(parents=True, exist_ok=True)
    logged(
        log,
        [
            *("mmdebstrap", "--variant=essential", f"--include={','.join(wanted)}"),
            '--aptopt=Acquire::Check-Valid-Until "false"',
            '--aptopt=APT::Install-Recommends "false"',
            *(f"--dpkgopt=path-exclude=/usr/share/{bulk}/*" for bulk in ("doc", "man", "locale")),
            *("sid", SID),
        ],
    )
