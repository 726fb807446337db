"""The images of this commit, and a Docker to look at them with."""

from __future__ import annotations

from collections.abc import Iterator

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
def known_secrets() -> list[str]:
    names = [name for name in secrets_store.NAMES if name != secrets_store.TOKEN_PUBLIC_KEY]
    return [(SECRETS / name).read_text(encoding="ascii").strip() for name in names]
