"""Builds the four images of one commit, names them by version and commit, and writes down what is in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn, tail
from deploy.local.images.bases import Bases
from deploy.local.images.daemon import Docker
from deploy.local.images.places import IMAGES, LOGS, SYFT
from deploy.local.install.steps import logged
from deploy.local.places import ROOT
from deploy.local.releases.commits import Commit, commit_of, export

# By the name that Compose gives it, the folder under services/ with its Dockerfile.
OURS = {"salon/main": "main", "salon/queue": "queue", "salon/chat-worker": "chat-worker", "salon/nginx": "web"}
NOTE = "images.json"
KEPT = 3
LAYERS_KEPT = "336h"
_BASE = re.compile(r"^ARG (\w+)=(\S+)$", re.MULTILINE)
LABELS = "org.opencontainers.image"


@dataclass(frozen=True)
class Built:
    name: str
    version: str
    commit: str
    # What Docker calls it: the digest of its configuration, and so of all that it has.
    id: str
    bases: Mapping[str, str]
    # Unpacked, with its base, in bytes; and of that our own layers.
    size: int
    own_size: int
    archive: Path
    sbom: Path

    @property
    def tagged(self) -> str:
        return f"{self.name}:{self.version}"


def build(docker: Docker, commit: Commit, bases: Bases, console: Console) -> list[Built]:
    """Raises CannotGoOn; then no note says that they are there."""
    into = IMAGES / commit.version
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    with _files_of(commit) as context:
        built = [_build(docker, name, context, commit, bases, into, console) for name in OURS]
    (into / NOTE).write_text(json.dumps([asdict(one) for one in built], indent=1, default=str), encoding="utf-8")
    _forget_older(docker, commit.version)
    return built


def built(version: str) -> list[Built]:
    """Those of this version; empty when they are not there."""
    note = IMAGES / version / NOTE
    if not note.exists():
        return []
    every = [Built(**fields) for fields in json.loads(note.read_text(encoding="utf-8"))]
    return [Built(**{**asdict(one), "archive": Path(one.archive), "sbom": Path(one.sbom)}) for one in every]


def of_this_commit() -> list[Built]:
    """Those of the commit that is checked out, by whatever version; empty where there is none, and in no clone."""
    try:
        commit = commit_of(ROOT, "HEAD")
    except CannotGoOn:
        return []
    every = [built(note.parent.name) for note in IMAGES.glob(f"*/{NOTE}")]
    return next((found for found in every if found[0].commit == commit.id), [])


def base_arguments(dockerfile: str) -> dict[str, str]:
    """Name of the build argument → image, of what stands before the first stage."""
    return dict(_BASE.findall(dockerfile.partition("\nFROM ")[0]))


@contextmanager
def _files_of(commit: Commit) -> Iterator[Path]:
    """What is not committed is in no image that has the commit's name."""
    context = IMAGES / "context"
    shutil.rmtree(context, ignore_errors=True)
    try:
        export(ROOT, commit, context)
        yield context
    finally:
        shutil.rmtree(context, ignore_errors=True)


def _build(
    docker: Docker, name: str, context: Path, commit: Commit, bases: Bases, into: Path, console: Console
) -> Built:
    folder = OURS[name]
    dockerfile = context / "services" / folder / "Dockerfile"
    log = LOGS / f"{folder}.log"
    log.unlink(missing_ok=True)
    arguments = {}
    for argument, image in base_arguments(dockerfile.read_text(encoding="utf-8")).items():
        with console.step(f"{name}: base {image}, {bases.kind_of(image)}"):
            arguments[argument] = bases.make(image)
    tags = [f"{name}:{tag}" for tag in dict.fromkeys((commit.version, commit.id[:12]))]
    with console.step(f"{name}: build"):
        docker.run(*_words(dockerfile, context, commit, arguments, tags), log=log)
    archive, sbom = into / f"{folder}.tar", into / f"{folder}.cdx.json"
    with console.step(f"{name}: archive and SBOM"):
        docker.run("save", "--output", str(archive), *tags, log=log)
        _write_sbom(archive, sbom, name, commit)
    base = list(arguments.values())[-1]
    size = _size(docker, tags[0])
    return Built(
        name=name,
        version=commit.version,
        commit=commit.id,
        id=docker.run("image", "inspect", "--format", "{{.Id}}", tags[0]),
        bases=arguments,
        size=size,
        own_size=size - _size(docker, base),
        archive=archive,
        sbom=sbom,
    )


def _words(
    dockerfile: Path, context: Path, commit: Commit, arguments: Mapping[str, str], tags: Sequence[str]
) -> list[str]:
    labels = {
        "version": commit.version,
        "revision": commit.id,
        "title": tags[0].partition(":")[0],
        "base.name": list(arguments.values())[-1],
    }
    given = [word for name, image in arguments.items() for word in ("--build-arg", f"{name}={image}")]
    given += [word for name, text in labels.items() for word in ("--label", f"{LABELS}.{name}={text}")]
    given += [word for tag in tags for word in ("--tag", tag)]
    return ["build", "--network=host", *given, "--file", str(dockerfile), str(context)]


def _write_sbom(archive: Path, sbom: Path, name: str, commit: Commit) -> None:
    """CycloneDX: packages of Debian, Python and npm with their versions, licences and files' digests."""
    log = LOGS / "syft.log"
    words: list[str | Path] = [
        *(SYFT, "scan", f"docker-archive:{archive}", "--output", f"cyclonedx-json={sbom}"),
        *("--source-name", name, "--source-version", commit.version),
    ]
    try:
        # It asks whether there is a newer one of it, unless it is kept from that.
        logged(log, words, environment={**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"})
    except subprocess.CalledProcessError as error:
        raise CannotGoOn(what=f"SBOM of {name}", why=tail(log), do=f"read {log}") from error


def _size(docker: Docker, image: str) -> int:
    return int(docker.run("image", "inspect", "--format", "{{.Size}}", image))


def _forget_older(docker: Docker, newest: str) -> None:
    """The last ones stay. Layers without a tag are what the next build begins from; old ones go."""
    notes = sorted(IMAGES.glob(f"*/{NOTE}"), key=lambda path: path.stat().st_mtime)
    for note in [path for path in notes if path.parent.name != newest][: -(KEPT - 1)]:
        for one in built(note.parent.name):
            docker.ask("image", "rm", "--force", one.tagged, f"{one.name}:{one.commit[:12]}")
        shutil.rmtree(note.parent)
    docker.ask("image", "prune", "--force", "--filter", f"until={LAYERS_KEPT}")
