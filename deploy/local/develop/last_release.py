"""The release before this one, with which this one has to live side by side: the newest tag, or what is on record."""

from __future__ import annotations

import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT

# Of tags the newest decides; where a clone has none, this. Its migrations are those that have been run for good.
RECORD = ROOT / "deploy" / "last_release.json"
TAGS = "v[0-9]*"


@dataclass(frozen=True)
class Release:
    name: str
    commit: str


def last_release() -> Release:
    """Raises CannotGoOn where this clone does not have it."""
    if why := missing():
        raise CannotGoOn(
            what="the last release",
            why=why,
            do="git fetch --unshallow (in CI: fetch-depth: 0), in a clone with history",
        )
    return _newest_tag() or _on_record()


def missing() -> str:
    """Why it cannot be had here; empty when it can."""
    if not (ROOT / ".git").exists():
        return "this is no clone: there is no history to take the last release from"
    release = _newest_tag() or _on_record()
    known = _git("cat-file", "-e", f"{release.commit}^{{commit}}").returncode == 0
    return "" if known else f"this clone has no history: {release.name} is {release.commit[:12]}, which is not in it"


def unpack(release: Release, into: Path, *folders: str) -> None:
    """These folders of it, as they were."""
    archive = into / "release.tar"
    made = _git("archive", "--format=tar", f"--output={archive}", release.commit, *folders)
    if made.returncode:
        raise CannotGoOn(what=f"git archive {release.commit}", why=made.stderr, do="see whether the clone is whole")
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    archive.unlink()


def _newest_tag() -> Release | None:
    """Before what is being worked on: a tag on this very commit is this release, and not the one before it."""
    found = _git("describe", "--tags", "--abbrev=0", "--match", TAGS, "HEAD^")
    name = found.stdout.strip()
    return Release(name, _git("rev-list", "-n", "1", name).stdout.strip()) if name and not found.returncode else None


def _on_record() -> Release:
    note = json.loads(RECORD.read_text(encoding="utf-8"))
    return Release(note["version"], note["commit"])


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
