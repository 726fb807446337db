"""Every image is one version, and its digest wherever one is known (deploy/images.lock)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from deploy.local.images.building import OURS, base_arguments
from deploy.local.places import ROOT
from tests.deploy.compose.files import FILES, MONITORING, services

LOCK = ROOT / "deploy" / "images.lock"
DOCKERFILES = sorted((ROOT / "services").glob("*/Dockerfile"))
EVERY_FILE = (*FILES, MONITORING)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def locked(text: str) -> dict[str, str | None]:
    """Image with its tag → digest, None where it is not known. Raises ValueError for a line that is neither."""
    found: dict[str, str | None] = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        image, digest = line.split()
        if digest != "-" and not DIGEST.fullmatch(digest):
            raise ValueError(f"{digest} is no digest")
        found[image] = None if digest == "-" else digest
    return found


def named() -> set[str]:
    """Every image that is pulled, as Compose and the Dockerfiles name it."""
    in_compose = {
        service["image"] for path in EVERY_FILE for service in services(path).values() if "build" not in service
    }
    return in_compose | {image for path in DOCKERFILES for image in bases_of(path.read_text())}


def bases_of(dockerfile: str) -> set[str]:
    """What it begins with where nobody gives another as a build argument."""
    arguments = base_arguments(dockerfile)
    stages = [line.split()[1] for line in dockerfile.splitlines() if line.startswith("FROM ")]
    return {arguments.get(stage.strip("${}"), stage) for stage in stages}


def what_is_wrong(images: Iterable[str], lock: Mapping[str, str | None]) -> list[str]:
    wrong = []
    for image in images:
        tagged, _, digest = image.partition("@")
        if tagged not in lock:
            wrong.append(f"{tagged} is not in deploy/images.lock")
        elif (lock[tagged] or "") != digest:
            wrong.append(f"{image} is named without the digest that is known, or with another")
    return wrong


def test_every_image_is_in_the_lock_and_named_by_its_digest_where_that_is_known() -> None:
    lock = locked(LOCK.read_text())

    assert what_is_wrong(named(), lock) == []
    assert {image.partition("@")[0] for image in named()} == lock.keys()
    assert all(re.search(r":v?\d", image) for image in lock)


@pytest.mark.parametrize("image", ["mysql:9.8", "mysql:9.7", "mysql:9.7@sha256:" + 64 * "0"])
def test_an_image_that_is_not_the_locked_one_is_found(image: str) -> None:
    assert what_is_wrong([image], {"mysql:9.7": "sha256:" + 64 * "1"})


def test_what_is_no_digest_is_not_taken_for_one() -> None:
    with pytest.raises(ValueError, match="no digest"):
        locked("mysql:9.7 latest")


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_each_stage_begins_with_a_base_that_a_build_argument_may_exchange(path: Path) -> None:
    text = path.read_text()
    stages = [line.split()[1] for line in text.splitlines() if line.startswith("FROM ")]

    assert {stage.strip("${}") for stage in stages} == base_arguments(text).keys()
    assert all(stage.startswith("${") for stage in stages)


def test_every_image_of_compose_that_is_built_is_one_of_ours() -> None:
    in_compose = {
        service["image"]: service["build"]["dockerfile"]
        for path in EVERY_FILE
        for service in services(path).values()
        if "build" in service
    }

    assert in_compose == {name: f"services/{folder}/Dockerfile" for name, folder in OURS.items()}
