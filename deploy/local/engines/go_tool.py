"""The Go compiler: the machine's own when it is new enough, else the one in the Debian unstable rootfs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from deploy.local.install.sandbox import TMP, bwrap
from deploy.local.install.steps import logged
from deploy.local.places import SID, tool

OLDEST = (1, 25)


def on_machine() -> bool:
    go = tool("go")
    if go is None:
        return False
    printed = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout
    return new_enough(printed)


def new_enough(printed: str) -> bool:
    found = re.search(r"go(\d+)\.(\d+)", printed)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def build(command: str, version: str, program: Path, log: Path) -> None:
    """`program`, which is in a folder `bin`, from the Go module proxy. Raises CalledProcessError."""
    module = program.parents[1] / "build"
    shutil.rmtree(module, ignore_errors=True)
    module.mkdir(parents=True)
    # Without cgo the program needs nothing of the machine that it was built on.
    go = _go(module, {"GOBIN": str(program.parent), "CGO_ENABLED": "0"})
    # A module of its own pins what `go install PACKAGE@VERSION` alone would leave to chance.
    logged(log, [*go, "mod", "init", f"salon.local/{program.name}"], cwd=module)
    logged(log, [*go, "get", "-tool", f"{command}@{version}"], cwd=module)
    logged(log, [*go, "install", command], cwd=module)


def build_module(source: Path, package: str, program: Path, log: Path) -> None:
    """As `build`, of a module whose go.mod and go.sum pin all of it. Raises CalledProcessError."""
    module = program.parents[1] / "build"
    shutil.rmtree(module, ignore_errors=True)
    shutil.copytree(source, module)
    go = _go(module, {"GOBIN": str(program.parent), "CGO_ENABLED": "0"})
    logged(log, [*go, "install", "-mod=readonly", "-trimpath", "-ldflags=-s -w", package], cwd=module)


def _go(module: Path, settings: dict[str, str]) -> list[str]:
    """The words that run `go` there with the machine's own GOPROXY and GOFLAGS."""
    if on_machine():
        return ["env", *(f"{key}={value}" for key, value in settings.items()), tool("go") or "go"]
    folder = module.parent
    inside = {**settings, "GOBIN": "/data/bin", "GOCACHE": "/data/cache", "GOPATH": "/data/go", "HOME": TMP}
    network = ["--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf", "--ro-bind", "/etc/ssl/certs", "/etc/ssl/certs"]
    words = ["env", *(f"{key}={value}" for key, value in inside.items()), "go"]
    return bwrap(SID, folder, words, *network, "--chdir", f"/data/{module.name}")
