"""`make pin-images` names every image by the digest that its registry says, everywhere, and guesses none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.images import pinning
from deploy.local.images.bases import LOCK
from deploy.local.places import ROOT
from tests.deploy.images.test_images import locked, what_is_wrong

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
# As buildx describes an image of several platforms.
MANIFEST = (
    '{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"%s","size":1609,"manifests":[{"mediaType":'
    '"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1}]}'
)
Program = Callable[[str, str], None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a program of this name in front of all others; it is given its script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def put(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    return put


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What names images, as it is in this one."""
    root = tmp_path / "checkout"
    for path in (*pinning.naming(ROOT), LOCK):
        copied = root / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copied)
    return root


def _named_in(root: Path) -> set[str]:
    words = {
        word.strip(",}\"'") for path in pinning.naming(root) for word in path.read_text().replace("=", " ").split()
    }
    images = set(locked((root / "deploy" / "images.lock").read_text()))
    return {word for word in words if word.partition("@")[0] in images}


def test_every_image_is_named_by_its_digest_and_a_second_time_by_the_new_one(checkout: Path) -> None:
    lock = checkout / "deploy" / "images.lock"
    for digest in (A, B):
        assert pinning.pin(pinning.naming(checkout), lock, lambda _image, digest=digest: digest) == {}  # type: ignore[misc]

        known = locked(lock.read_text())
        assert set(known.values()) == {digest}
        assert {image.partition("@")[0] for image in _named_in(checkout)} == known.keys()
        assert what_is_wrong(_named_in(checkout), known) == []


def test_what_cannot_be_asked_stays_as_it_was_and_is_told(checkout: Path) -> None:
    lock = checkout / "deploy" / "images.lock"

    def ask(image: str) -> str:
        if image.startswith("grafana/"):
            raise CannotGoOn(what=image, why="no such host", do="ask elsewhere")
        return A

    failures = pinning.pin(pinning.naming(checkout), lock, ask)

    known = locked(lock.read_text())
    assert failures.keys() == {image for image in known if image.startswith("grafana/")}
    assert {image for image, digest in known.items() if digest is None} == failures.keys()
    assert what_is_wrong(_named_in(checkout), known) == []


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("image: nginx:1.28-alpine\n", f"image: nginx:1.28-alpine@{A}\n"),
        (f"ARG NGINX=nginx:1.28-alpine@{B}\n", f"ARG NGINX=nginx:1.28-alpine@{A}\n"),
        ("image: salon/nginx:1.28-alpine\n", "image: salon/nginx:1.28-alpine\n"),
        ("image: nginx:1.28-alpine-slim\n", "image: nginx:1.28-alpine-slim\n"),
    ],
)
def test_only_the_image_itself_is_named_otherwise(text: str, pinned: str) -> None:
    assert pinning.named(text, {"nginx:1.28-alpine": A}) == pinned


def test_skopeo_is_asked_for_the_digest_of_all_platforms(program: Program) -> None:
    program("skopeo", f'[ "$*" = "inspect --no-tags --format {{{{.Digest}}}} docker://mysql:9.7" ] && echo {A}')

    assert pinning.asker()("mysql:9.7") == A


def test_docker_is_asked_where_there_is_no_skopeo(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program("docker", f"echo '{MANIFEST % (A, B)}'")
    monkeypatch.setattr(pinning, "tool", lambda name: None if name == "skopeo" else name)

    assert pinning.asker()("mysql:9.7") == A


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'manifest unknown' >&2; exit 1", "manifest unknown"),
        ("echo latest", "is no digest"),
        ("exit 3", "exit code 3"),
    ],
)
def test_an_answer_that_is_none_is_not_taken_for_a_digest(program: Program, script: str, why: str) -> None:
    program("skopeo", script)
    program("docker", script)

    for ask in (pinning.by_skopeo, pinning.by_buildx):
        with pytest.raises(CannotGoOn) as failure:
            ask("mysql:9.7")
        assert why in str(failure.value) or "no manifest" in str(failure.value)


def test_without_a_program_that_could_ask_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pinning, "tool", lambda _name: None)
    before = LOCK.read_text()

    assert pinning.main() == 1
    assert "skopeo" in capsys.readouterr().err
    assert LOCK.read_text() == before
