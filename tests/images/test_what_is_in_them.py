"""Each image has what runs and nothing else, and beside it stands what it is made of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deploy.local.images.building import OURS, Built
from deploy.local.images.daemon import Docker
from deploy.local.places import SERVICES
from tests.images.contents import what_is_wrong

# Alone each takes ten seconds at most; the whole of an image is read.
pytestmark = pytest.mark.timeout(300)
each_image = pytest.mark.parametrize("name", sorted(OURS))
# Of our own layers, whatever they stand on. What is larger has something that nobody put there on purpose.
LARGEST_MEGABYTES = {"salon/main": 330, "salon/queue": 140, "salon/chat-worker": 100, "salon/nginx": 5}
SPOILED = """\
FROM {image}
USER root
COPY key.pem /app/key.pem
RUN rm /app/key.pem && touch /usr/bin/gcc-12
ENV STORE_PASSWORD=daengdaeng
"""


def base_of(image: Built) -> str:
    return list(image.bases.values())[-1]


@each_image
def test_it_has_no_secret_no_compiler_and_no_root(
    docker: Docker, images: dict[str, Built], name: str, known_secrets: list[str]
) -> None:
    one = images[name]

    assert what_is_wrong(docker, one.tagged, one.archive, base_of(one), known_secrets) == []


def test_what_does_not_belong_in_an_image_is_found(
    docker: Docker, images: dict[str, Built], known_secrets: list[str], tmp_path: Path
) -> None:
    one, archive = images["salon/queue"], tmp_path / "spoiled.tar"
    (tmp_path / "Dockerfile").write_text(SPOILED.format(image=one.tagged))
    (tmp_path / "key.pem").write_text(next(text for text in known_secrets if "PRIVATE KEY" in text))
    docker.run("build", "--network=host", "--tag", "salon-tests/spoiled", str(tmp_path))
    docker.run("save", "--output", str(archive), "salon-tests/spoiled")

    wrong = what_is_wrong(docker, "salon-tests/spoiled", archive, base_of(one), known_secrets)

    docker.run("image", "rm", "--force", "salon-tests/spoiled")
    assert wrong == [
        "runs as root: USER 'root'",
        "has a compiler: usr/bin/gcc-12",
        # Removed by a later layer, and there all the same.
        "has a secret: app/key.pem",
        "has a secret in its settings: STORE_PASSWORD",
    ]


@each_image
def test_it_is_named_by_version_and_commit_and_says_which(docker: Docker, images: dict[str, Built], name: str) -> None:
    one = images[name]

    inspected = json.loads(docker.run("image", "inspect", f"{name}:{one.commit[:12]}"))[0]

    assert inspected["Id"] == one.id
    labels = inspected["Config"]["Labels"]
    assert labels["org.opencontainers.image.revision"] == one.commit
    assert labels["org.opencontainers.image.version"] == one.version


@each_image
def test_it_is_no_larger_than_it_has_to_be(images: dict[str, Built], name: str) -> None:
    assert 0 < images[name].own_size < LARGEST_MEGABYTES[name] * 1_000_000


@pytest.mark.parametrize("service", ["main", "queue", "chat-worker"])
def test_its_list_of_parts_has_every_package_that_the_lock_names(images: dict[str, Built], service: str) -> None:
    parts = parts_of(images[f"salon/{service}"])
    lock = (SERVICES / service / "requirements.lock").read_text(encoding="utf-8")
    locked = {(plain(name), version) for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)}

    assert locked
    assert locked <= parts


def test_the_list_of_parts_has_debians_packages_too(images: dict[str, Built]) -> None:
    assert "libmariadb3" in {name for name, _ in parts_of(images["salon/main"])}
    assert {name for name, _ in parts_of(images["salon/nginx"])} & {"nginx", "nginx-light"}


def parts_of(image: Built) -> set[tuple[str, str]]:
    listed = json.loads(image.sbom.read_text(encoding="utf-8"))
    assert listed["bomFormat"] == "CycloneDX"
    assert listed["metadata"]["component"]["name"] == image.name
    return {(plain(part["name"]), part.get("version", "")) for part in listed["components"]}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
