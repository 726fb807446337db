"""Whoever may list processes, or run `make settings`, learns no secret of the running system."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from deploy.local.places import ROOT
from deploy.local.run.supervisor_calls import ask
from deploy.local.run.system import profile_for
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile
from tests.harness.system.shown_secrets import known_secrets, shown_by, with_children


@pytest.fixture
def profile() -> Profile:
    return profile_for("test", read_choices())


@pytest.fixture
def known(profile: Profile) -> dict[str, str]:
    return known_secrets(profile)


def test_no_process_of_the_system_has_a_secret_in_its_environment_or_on_its_command_line(
    profile: Profile, known: dict[str, str]
) -> None:
    running = {str(one["name"]): int(one["pid"]) for one in ask(profile, "getAllProcessInfo") if one["pid"]}
    supervisor = int(ask(profile, "getPID"))

    assert {process.name for process in profile.topology.processes} <= running.keys()
    assert {"nginx", "mysql", "redis", "kafka", "mongodb"} <= running.keys()
    pids = with_children([supervisor])
    assert {*running.values()} <= pids
    assert shown_by(pids, known) == []


@pytest.mark.parametrize("where", ["environ", "cmdline"])
def test_a_process_that_shows_a_secret_is_found(where: str, known: dict[str, str]) -> None:
    secret, file = next(iter(known.items()))
    words = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    shows = {**os.environ, "ANY": f"x://u:{secret}@h"} if where == "environ" else dict(os.environ)
    command = [*words, f"--password={secret}"] if where == "cmdline" else words
    with subprocess.Popen(command, env=shows, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = shown_by(with_children([os.getpid()]), known)
        process.communicate()

    assert found == [f"{process.pid} {where}: {file}"]


def test_make_settings_shows_every_process_and_no_secret(profile: Profile, known: dict[str, str]) -> None:
    command = [sys.executable, "-m", "deploy.local.settings", "--profile", profile.name, "show"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [where for secret, where in known.items() if secret in ended.stdout + ended.stderr] == []
    for process in profile.topology.processes:
        assert process.name in ended.stdout
