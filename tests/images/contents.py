"""What must not be in an image: a secret, a compiler, root."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from deploy.local.images.daemon import Docker

COMPILERS = frozenset(
    {
        "gcc",
        "g++",
        "cc",
        "c++",
        "cc1",
        "clang",
        "tcc",
        "as",
        "ld",
        "make",
        "cmake",
        "pkg-config",
        "go",
        "rustc",
        "cargo",
    }
    | {"javac", "node", "npm"}
)
VERSIONED = re.compile(r"(.*-linux-gnu-)?(gcc|g\+\+|clang|ld|as)(-[0-9.]+|\.bfd|\.gold)?")
KEYS = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}")
NAMES_OF_SECRETS = re.compile(r"PASSWORD|SECRET|TOKEN|PRIVATE|CREDENTIAL")
PACKAGES = "/site-packages/"
# Larger ones are libraries, and no file of settings.
READ_BYTES = 4_000_000
ROOTS = frozenset({"", "0", "root", "0:0", "root:root"})


def what_is_wrong(docker: Docker, image: str, archive: Path, base: str, secrets: Iterable[str]) -> list[str]:
    """Sentences, of the last stage's files, its settings and the words it was built with."""
    config = json.loads(docker.run("image", "inspect", image))[0]
    known = [text.encode() for text in secrets]
    wrong = [f"runs as root: USER {config['Config']['User']!r}"] if config["Config"]["User"] in ROOTS else []
    wrong += [f"has a compiler: {path}" for path in files_of(docker, image) if is_compiler(path)]
    base_layers = len(json.loads(docker.run("image", "inspect", base))[0]["RootFS"]["Layers"])
    wrong += [f"has a secret: {path}" for path, text in _own_files(archive, base_layers) if _shows(path, text, known)]
    wrong += [f"has a secret in its settings: {name}" for name in _secret_settings(config, known)]
    history = docker.run("history", "--no-trunc", "--format", "{{.CreatedBy}}", image)
    wrong += ["was built with a secret in its words"] if _is_secret(history.encode(), known) else []
    return wrong


def files_of(docker: Docker, image: str) -> Iterator[str]:
    """Every file of the whole image, its base too."""
    container = docker.run("create", image)
    try:
        with docker.stream("export", container) as exported, tarfile.open(fileobj=exported, mode="r|") as files:
            yield from (file.name for file in files if not file.isdir())
    finally:
        docker.run("rm", "--force", container)


def is_compiler(path: str) -> bool:
    name = PurePosixPath(path).name
    in_path = PurePosixPath(path).parent.name in {"bin", "sbin"} or "/gcc/" in path
    return in_path and (name in COMPILERS or VERSIONED.fullmatch(name) is not None)


def _own_files(archive: Path, base_layers: int) -> Iterator[tuple[str, bytes]]:
    """Of each layer above the base: a file that a later one has removed is there all the same."""
    with tarfile.open(archive) as saved:
        manifest = json.load(saved.extractfile("manifest.json") or _nothing("manifest.json"))
        for layer in manifest[0]["Layers"][base_layers:]:
            with tarfile.open(fileobj=saved.extractfile(layer)) as files:
                for file in files:
                    if file.isfile() and file.size <= READ_BYTES:
                        yield file.name, (files.extractfile(file) or _nothing(file.name)).read()


def _nothing(name: str) -> Any:
    raise FileNotFoundError(name)


def _is_secret(text: bytes, known: Iterable[bytes]) -> bool:
    return KEYS.search(text) is not None or any(secret in text for secret in known)


def _shows(path: str, text: bytes, known: Iterable[bytes]) -> bool:
    """Packages bring keys that everybody has, for their own tests; of those the lock has the digests."""
    return any(secret in text for secret in known) or (PACKAGES not in path and KEYS.search(text) is not None)


def _secret_settings(config: dict[str, Any], known: list[bytes]) -> Iterator[str]:
    for setting in config["Config"]["Env"] or []:
        name, _, value = setting.partition("=")
        if NAMES_OF_SECRETS.search(name) or _is_secret(value.encode(), known):
            yield name
