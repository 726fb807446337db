"""Whoever may list processes, or run `make settings`, learns no secret of the running system."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from deploy.local.places import ROOT, SECRETS
from deploy.local.run.supervisor_calls import ask
from deploy.local.run.system import profile_for
from deploy.local.settings import secrets_store
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile

NOT_SECRET = {secrets_store.TOKEN_PUBLIC_KEY}
# Of a PEM, each line is as good as none; its first one says mostly which kind of key it is.
PEM_LINE = 60


@pytest.fixture
def profile() -> Profile:
    return profile_for("test", read_choices())


@pytest.fixture
def known(profile: Profile) -> dict[str, str]:
    """By what is a secret, where it stands: the store's, and those that this profile exchanges."""
    files = [SECRETS / name for name in secrets_store.NAMES if name not in NOT_SECRET]
    files += [profile.keys / name for name in secrets_store.EXCHANGED if name not in NOT_SECRET]
    found = {text: str(file) for file in files for text in _texts_of(file)}
    assert len(found) >= len(secrets_store.NAMES) - len(NOT_SECRET)
    return found


def _texts_of(file: Path) -> Iterator[str]:
    lines = file.read_text(encoding="ascii").split()
    is_pem = lines[0].startswith("-----BEGIN")
    for line in lines[4:] if is_pem else lines:
        text = line.removeprefix("next:")
        if not is_pem or len(text) >= PEM_LINE:
            yield text


def _shown_by(pids: Iterable[int], known: dict[str, str]) -> list[str]:
    shown = []
    for pid in pids:
        for what in ("environ", "cmdline"):
            try:
                text = Path(f"/proc/{pid}/{what}").read_bytes().decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile
            shown += [f"{pid} {what}: {where}" for secret, where in known.items() if secret in text]
    return shown


def _with_children(pids: Iterable[int]) -> set[int]:
    """Servers stand behind the sandbox that is started, and some have processes of their own."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = set[int](), list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += parents.get(pid, [])
    return found


def test_no_process_of_the_system_has_a_secret_in_its_environment_or_on_its_command_line(
    profile: Profile, known: dict[str, str]
) -> None:
    running = {str(one["name"]): int(one["pid"]) for one in ask(profile, "getAllProcessInfo") if one["pid"]}
    supervisor = int(ask(profile, "getPID"))

    assert {process.name for process in profile.topology.processes} <= running.keys()
    assert {"nginx", "mysql", "redis", "kafka", "mongodb"} <= running.keys()
    pids = _with_children([supervisor])
    assert {*running.values()} <= pids
    assert _shown_by(pids, known) == []


@pytest.mark.parametrize("where", ["environ", "cmdline"])
def test_a_process_that_shows_a_secret_is_found(where: str, known: dict[str, str]) -> None:
    secret, file = next(iter(known.items()))
    words = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    shows = {**os.environ, "ANY": f"x://u:{secret}@h"} if where == "environ" else dict(os.environ)
    command = [*words, f"--password={secret}"] if where == "cmdline" else words
    with subprocess.Popen(command, env=shows, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = _shown_by(_with_children([os.getpid()]), known)
        process.communicate()

    assert found == [f"{process.pid} {where}: {file}"]


def test_make_settings_shows_every_process_and_no_secret(profile: Profile, known: dict[str, str]) -> None:
    command = [sys.executable, "-m", "deploy.local.settings", "--profile", profile.name, "show"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [where for secret, where in known.items() if secret in ended.stdout + ended.stderr] == []
    for process in profile.topology.processes:
        assert process.name in ended.stdout
