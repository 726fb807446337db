"""Users, scripts and files of the containers: each is there, and can be started."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.places import ROOT
from tests.deploy.compose.files import FILES, services, words

# Tests run after it.
MADE_BY_SETUP = "./.local/secrets/outside"

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


@pytest.mark.parametrize("name", ["main", "queue", "chat-worker", "web"])
def test_no_container_of_ours_runs_as_root(name: str) -> None:
    lines = (ROOT / "services" / name / "Dockerfile").read_text().splitlines()

    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users
    assert users[-1] not in {"root", "0"}


def test_the_image_has_every_script_that_compose_starts_in_it() -> None:
    dockerfile = (ROOT / "services" / "main" / "Dockerfile").read_text()
    scripts = {
        word
        for path in FILES
        for service in services(path).values()
        for word in words(service)
        if word.startswith("/app/")
    }

    assert scripts
    assert all(f" {script}" in dockerfile for script in scripts)


@each_file
def test_every_file_that_a_container_is_given_is_there_and_can_be_started_where_it_is(path: Path) -> None:
    for name, service in services(path).items():
        mounted = dict(
            str(volume).split(":")[:2][::-1] for volume in service.get("volumes", []) if str(volume).startswith("./")
        )
        for target, source in mounted.items():
            assert (ROOT / source).is_file() or source == MADE_BY_SETUP, name
            if target in service.get("entrypoint", [])[:1]:
                assert (ROOT / source).stat().st_mode & 0o111, source
