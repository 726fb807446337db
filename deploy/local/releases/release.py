"""What a release is, and the shelf on which they stand: `.local/releases/<version>/`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import LOCAL, ROOT, VENV, VENV_PYTHON, WEB
from deploy.local.settings.profiles import Profile

# The checkout itself, which is no release: it changes. What was never deployed runs from it.
WORKTREE = "worktree"
MANIFEST = "release.json"


@dataclass(frozen=True)
class Manifest:
    """Written once, when the release is built. Times are ISO 8601; digests are hexadecimal SHA-256."""

    version: str
    commit: str
    subject: str
    built_by: str
    built_at: str
    # Of every file of the commit, by name and content.
    digest: str
    # Of what its environment and its page were made from.
    lock: str
    page: str
    migrations: tuple[str, ...]


@dataclass(frozen=True)
class Release:
    version: str
    # Looks like a checkout: services/, deploy/, .local/venv, services/web/dist.
    root: Path

    @property
    def python(self) -> Path:
        return self.root / VENV_PYTHON.relative_to(ROOT)

    @property
    def environment(self) -> Path:
        return self.root / VENV.relative_to(ROOT)

    @property
    def page(self) -> Path:
        return self.root / WEB.relative_to(ROOT) / "dist"

    def manifest(self) -> Manifest | None:
        """None for the checkout, and for what is not whole."""
        path = self.root / MANIFEST
        if not path.exists():
            return None
        read = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**read, "migrations": tuple(read["migrations"])})

    def write_manifest(self, manifest: Manifest) -> None:
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        (self.root / MANIFEST).write_text(text + "\n", encoding="utf-8")


class Shelf:
    """All releases of a checkout."""

    def __init__(self, folder: Path = LOCAL / "releases", checkout: Path = ROOT) -> None:
        self.folder = folder
        self._checkout = checkout

    def find(self, version: str) -> Release | None:
        """None when there is none of that name that was built to its end."""
        release = self.place_of(version)
        return release if version == WORKTREE or release.manifest() else None

    def named(self, version: str) -> Release:
        """Raises CannotGoOn."""
        found = self.find(version)
        if found is None:
            raise CannotGoOn(
                what=f"release {version}",
                why="there is none of that name here",
                do="make releases lists them; make deploy VERSION=<tag or commit> builds one",
            )
        return found

    def place_of(self, version: str) -> Release:
        """Where it is, or would be."""
        return Release(version, self._checkout if version == WORKTREE else self.folder / version)

    def version_at(self, path: Path) -> str | None:
        """Of which release this is a folder; None for a foreign one."""
        if path.is_relative_to(self.folder):
            return path.relative_to(self.folder).parts[0]
        return WORKTREE if path.is_relative_to(self._checkout) else None

    def all(self) -> Sequence[Release]:
        """The newest first."""
        built = [Release(path.parent.name, path.parent) for path in self.folder.glob(f"*/{MANIFEST}")]
        return sorted(built, key=lambda release: (release.root / MANIFEST).stat().st_mtime, reverse=True)

    def with_checkout(self) -> Sequence[Release]:
        return [self.named(WORKTREE), *self.all()]


def assigned_link(profile: Profile, name: str) -> Path:
    """Leads a process of this name to the release it starts from. Without it, the process starts from the checkout."""
    return profile.state / "assigned" / name


def current_link(profile: Profile) -> Path:
    """Leads to the release that the last deploy ended with."""
    return profile.state / "current"


def current(profile: Profile, shelf: Shelf) -> Release:
    """Raises CannotGoOn when it is gone."""
    version = version_behind(current_link(profile), shelf)
    release = shelf.find(version)
    if release is None:
        raise CannotGoOn(
            what=f"release {version}",
            why=f"profile {profile.name} was left with it, and it is gone",
            do=f"make deploy VERSION={version} builds it again; `rm {current_link(profile)}` goes back to the checkout",
        )
    return release


def version_behind(link: Path, shelf: Shelf) -> str:
    """The checkout, where there is no link."""
    if not link.is_symlink():
        return WORKTREE
    return shelf.version_at(link.readlink()) or WORKTREE


def lead_to(link: Path, folder: Path) -> None:
    """From one moment to the next, also when two do it at once, as the nginx of two zones do."""
    link.parent.mkdir(parents=True, exist_ok=True)
    new = link.with_name(f".{link.name}.{os.urandom(4).hex()}")
    new.symlink_to(folder)
    os.replace(new, link)


def assign_all(profile: Profile, names: Sequence[str], shelf: Shelf) -> None:
    """At the start of a run: who is assigned nothing, or what is gone, gets the current release."""
    wanted = current(profile, shelf)
    for name in names:
        link = assigned_link(profile, name)
        if wanted.version == WORKTREE and not link.is_symlink():
            continue
        if not link.is_symlink() or shelf.find(version_behind(link, shelf)) is None:
            lead_to(link, wanted.root)
