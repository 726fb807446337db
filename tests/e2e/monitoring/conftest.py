"""The monitoring of the system under test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import noted
from tests.harness.monitoring.watched import Watched, watching


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    profile = noted(os.environ["SALON_PROFILE"])
    with watching(profile, read_choices(), tmp_path_factory.mktemp("discord")) as watched:
        yield watched


@pytest.fixture(scope="session")
def log_folder(watched: Watched) -> Path:
    return watched.place.profile.logs
