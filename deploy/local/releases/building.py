"""Makes a release of a commit: its files, an environment, the page, compiled and looked over, and then its manifest.

Everything happens in a folder of its own that is renamed at the end: what stands on the shelf is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT, SETUP_LOGS
from deploy.local.releases import environment, page
from deploy.local.releases.commits import Commit, commit_of, export
from deploy.local.releases.release import Manifest, Release, Shelf

LOCK = Path("requirements-dev.lock")
# It is built on the machine that the old release serves from.
_BEHIND_WHAT_SERVES = ("nice", "-n", "10")
# What is not of the commit: made here, or by a run.
_MADE = {".local", "node_modules", "dist", "__pycache__"}


def build(
    version: str, shelf: Shelf, *, repository: Path = ROOT, by: str, say: Callable[[str], None] = print
) -> Release:
    """The release of this tag or commit, which is there already or is built. Raises CannotGoOn."""
    commit = commit_of(repository, version)
    found = shelf.find(commit.version)
    if found is not None:
        _insist_on_same(found, commit)
        return found
    release = shelf.place_of(commit.version)
    shelf.folder.mkdir(parents=True, exist_ok=True)
    unfinished = Release(commit.version, shelf.folder / f".building-{commit.version}")
    shutil.rmtree(unfinished.root, ignore_errors=True)
    shutil.rmtree(release.root, ignore_errors=True)  # one that a killed clean-up left without its manifest
    say(f"building {commit.version} ({commit.id[:12]} {commit.subject})")
    try:
        _fill(unfinished, commit, shelf, repository, by)
    except (OSError, subprocess.CalledProcessError, tarfile.TarError) as error:
        log = log_of(commit.version)
        raise CannotGoOn(
            what=f"building {commit.version}", why=f"{error}\n{_end_of(log)}", do=f"read {log}; nothing was changed"
        ) from error
    unfinished.root.rename(release.root)
    return release


def log_of(version: str) -> Path:
    return SETUP_LOGS / f"release-{version}.log"


def _fill(release: Release, commit: Commit, shelf: Shelf, repository: Path, by: str) -> None:
    log = log_of(commit.version)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"{commit.version} of {commit.id}\n", encoding="utf-8")
    export(repository, commit, release.root)
    digest = digest_of(release.root)
    environment.make(release, shelf, log)
    page.make(release, shelf, log)
    _insist_on_good(release, log)
    release.write_manifest(
        Manifest(
            version=commit.version,
            commit=commit.id,
            subject=commit.subject,
            built_by=by,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            digest=digest,
            lock=file_digest(release.root / LOCK),
            page=page.fingerprint_of(release),
            migrations=migrations_in(release.root),
        )
    )


def _insist_on_good(release: Release, log: Path) -> None:
    """Compiles, and Django finds nothing wrong with itself."""
    quiet = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.linting", "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("a", encoding="utf-8") as out:
        for words, folder in (
            (["-m", "compileall", "-q", "services", "deploy"], release.root),
            (["manage.py", "check"], release.root / "services" / "main"),
        ):
            command: list[str | Path] = [*_BEHIND_WHAT_SERVES, release.python, *words]
            subprocess.run(command, cwd=folder, env=quiet, stdout=out, stderr=out, check=True)


def _insist_on_same(release: Release, commit: Commit) -> None:
    manifest = release.manifest()
    if manifest is None or manifest.commit != commit.id:
        was = manifest.commit[:12] if manifest else "something else"
        raise CannotGoOn(
            what=f"release {release.version}",
            why=f"it was built from {was}, and now the name means {commit.id[:12]}; a release never changes",
            do="give the new one a version of its own",
        )
    if digest_of(release.root) != manifest.digest:
        raise CannotGoOn(
            what=f"release {release.version}",
            why="its files are not those that were built: somebody changed them",
            do=f"rm -r {release.root}, and deploy again: it is built anew from {commit.id[:12]}",
        )


def digest_of(root: Path) -> str:
    """Of every file of the commit: its name, whether it may be run, its content."""
    total = hashlib.sha256()
    for path in sorted(_files(root)):
        mode = "x" if path.stat().st_mode & 0o100 else "-"
        total.update(f"{path.relative_to(root)} {mode} {file_digest(path)}\n".encode())
    return total.hexdigest()


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _MADE]
        found += [Path(folder, name) for name in names if not name.endswith(".pyc")]
    return [path for path in found if path.is_file() and path != root / "release.json"]


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def migrations_in(root: Path) -> tuple[str, ...]:
    """Such as `bookings.0003_deposits`."""
    paths = (root / "services" / "main").glob("*/migrations/[0-9]*.py")
    return tuple(sorted(f"{path.parent.parent.name}.{path.stem}" for path in paths))


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
