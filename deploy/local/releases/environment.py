"""The environment of a release: its own, with exactly what its lock names.

Where the checkout or another release has the same lock, its files are taken as hard links: a second, and no space.
pip never changes a file in place, so nobody can change it under the release.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from deploy.local.install.steps import logged
from deploy.local.places import OUR_PACKAGES, ROOT
from deploy.local.releases.release import Release, Shelf

LOCK = Path("requirements-dev.lock")
PATHS = "salon_release.pth"
_UP = Path("../../../../..")


def make(release: Release, shelf: Shelf, log: Path) -> None:
    """Raises CalledProcessError."""
    like = next((one for one in shelf.with_checkout() if _same_lock(one, release) and one.environment.exists()), None)
    if like is not None:
        shutil.copytree(like.environment, release.environment, symlinks=True, copy_function=os.link, ignore=_ours)
    else:
        logged(log, [sys.executable, "-m", "venv", release.environment])
        logged(log, [release.python, "-m", "pip", "install", "--require-hashes", "-r", release.root / LOCK])
    _add_our_packages(release)


def _same_lock(one: Release, other: Release) -> bool:
    return (one.root / LOCK).read_bytes() == (other.root / LOCK).read_bytes()


def _ours(_folder: str, names: list[str]) -> set[str]:
    """What leads to the services' packages of another checkout."""
    return {name for name in names if name.startswith("salon_")}


def _add_our_packages(release: Release) -> None:
    """By a path from here, so that the release may be renamed when it is whole."""
    [packages] = release.environment.glob("lib/python3.*/site-packages")
    lines = [str(_UP / package.relative_to(ROOT)) for package in OUR_PACKAGES]
    (packages / PATHS).write_text("\n".join(lines) + "\n", encoding="utf-8")
