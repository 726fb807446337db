"""Which commit a version is, and its files."""

from __future__ import annotations

import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failure import CannotGoOn

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_SHORT = 12


@dataclass(frozen=True)
class Commit:
    # The tag by which it was asked for, or the beginning of its id.
    version: str
    id: str
    subject: str


def commit_of(repository: Path, version: str) -> Commit:
    """Of a tag, a branch or a commit. Raises CannotGoOn when there is none."""
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{version}^{{commit}}")
    if found.returncode:
        raise CannotGoOn(
            what=f"VERSION={version}",
            why="the repository knows no tag, branch or commit of that name",
            do="git tag, git log --oneline",
        )
    identity = found.stdout.strip()
    is_tag = _git(repository, "rev-parse", "--verify", "--quiet", f"refs/tags/{version}").returncode == 0
    name = version if is_tag and _PLAIN.fullmatch(version) else identity[:_SHORT]
    subject = _git(repository, "log", "-1", "--format=%s", identity).stdout.strip()
    return Commit(version=name, id=identity, subject=subject)


def export(repository: Path, commit: Commit, folder: Path) -> None:
    """The files of the commit and nothing else: what is not committed is not deployed."""
    folder.mkdir(parents=True)
    archive = ["git", "-C", str(repository), "archive", "--format=tar", commit.id]
    with subprocess.Popen(archive, stdout=subprocess.PIPE) as git:
        with tarfile.open(fileobj=git.stdout, mode="r|") as files:
            files.extractall(folder, filter="data")
        if git.wait():
            raise subprocess.CalledProcessError(git.returncode, archive)


def who(repository: Path) -> str:
    """Whose work here is, as Git knows them."""
    return _git(repository, "config", "user.name").stdout.strip()


def _git(repository: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(repository), *words], capture_output=True, text=True, check=False)
