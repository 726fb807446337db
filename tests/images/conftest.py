"""The images of this commit, a Docker to look at them with, and what the running system has beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.images.building import Built, of_this_commit
from deploy.local.images.daemon import Docker, dockerd
from deploy.local.places import SECRETS
from deploy.local.settings import secrets_store


@pytest.fixture(scope="session")
def docker() -> Iterator[Docker]:
    with dockerd() as docker:
        yield docker


@pytest.fixture(scope="session")
def images() -> dict[str, Built]:
    """By name."""
    found = of_this_commit()
    assert found, "make images builds them first"
    return {one.name: one for one in found}


@pytest.fixture(scope="session")
def settings() -> dict[str, str]:
    """What a local process of the running system has."""
    ours = ("SALON_ENV", "MAIN_", "QUEUE_", "CHAT_WORKER_")
    found = {name: value for name, value in os.environ.items() if name.startswith(ours)}
    assert "MAIN_DATABASE_URL" in found, "these tests need a running system (`make images-test`)"
    return found


@pytest.fixture(scope="session")
def known_secrets() -> list[str]:
    names = [name for name in secrets_store.NAMES if name != secrets_store.TOKEN_PUBLIC_KEY]
    return [(SECRETS / name).read_text(encoding="ascii").strip() for name in names]


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")
