"""On the real rootfs of Debian unstable, in a container as Docker's are: one whose /proc has hidden corners."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deploy.local.install import sandbox
from deploy.local.places import ROOT, SID

SEES = "from deploy.local.install.sandbox import process_space, refusal; print(process_space()[0], refusal())"


def _in_a_container(*words: str, code: str) -> str:
    container = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", *words]
    ended = subprocess.run([*container, sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_a_server_has_a_process_space_of_its_own_where_it_may() -> None:
    assert "--unshare-pid" in sandbox.process_space()
    assert sandbox.refusal() is None


def test_where_no_new_proc_may_be_mounted_the_one_that_is_there_is_used(tmp_path: Path) -> None:
    mysqld = f"run_once(Path({str(SID)!r}), Path({str(tmp_path / 'data')!r}), ['mysqld', '--version'])"
    code = f"from pathlib import Path; from deploy.local.install.sandbox import run_once; print({mysqld}.stdout)"

    assert _in_a_container(code=SEES) == "--ro-bind None"
    assert "Ver 9." in _in_a_container(code=code)


def test_where_bubblewrap_may_do_nothing_it_says_why() -> None:
    seen = _in_a_container("--unshare-user", "--disable-userns", code=SEES)

    assert not seen.endswith("None")
