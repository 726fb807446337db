"""Releases with one thing changed, as commits of a scratch clone: a deploy takes them like any other."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.releases.building import build
from deploy.local.releases.release import Shelf
from tests.faults.places import FAULTS

CLONE = FAULTS / "repository"
_THREADS = "services/main/serving/request_threads.py"
_ASKED = "        return await sync_to_async(self.get_response, thread_sensitive=True)(request)\n"
_MIGRATIONS = Path("services/main/notifications/migrations")
_SERVE = "services/main/entry/management/commands/serve.py"

# File → (what stands there, what stands there instead).
Changes = Mapping[str, tuple[str, str]]

GOOD: Changes = {_THREADS: ("WAIT_SECONDS = 2.0", "WAIT_SECONDS = 2.01")}
FAILS: Changes = {
    _THREADS: (
        _ASKED,
        '        if request.path.startswith("/api/v1/salons"):\n            raise RuntimeError("a bad release")\n'
        + _ASKED,
    )
}
SLOW: Changes = {_THREADS: (_ASKED, "        await asyncio.sleep(0.6)\n" + _ASKED)}
DOES_NOT_START: Changes = {
    _SERVE: ("        memory.give_large_blocks_back()\n", '        raise RuntimeError("a bad release")\n')
}
LEAVES_AT_ONCE: Changes = {
    "services/main/serving/leaving.py": (
        "    if led_elsewhere:\n        await asyncio.sleep(FAREWELL_SECONDS)\n",
        "    import os\n\n    os._exit(0)\n",
    ),
    "services/queue/coupon_queue/leaving.py": (
        "        self._process.leaving.set()\n",
        "        os._exit(0)\n        self._process.leaving.set()\n",
    ),
}


def wrong_migration() -> Changes:
    """Takes away what the old release still reads."""
    last = sorted(path.stem for path in (ROOT / _MIGRATIONS).glob("[0-9]*.py"))[-1]
    text = (
        "from django.db import migrations\n\n\n"
        "class Migration(migrations.Migration):\n"
        f'    dependencies = [("notifications", "{last}")]\n'
        '    operations = [migrations.RunSQL("DROP TABLE notifications_notice")]\n'
    )
    return {str(_MIGRATIONS / "0099_a_bad_release.py"): ("", text)}


def commit(subject: str, changes: Changes) -> str:
    """Its id. What is committed in this checkout, with these changes. Raises LookupError when one finds no place."""
    if not CLONE.exists():
        CLONE.parent.mkdir(parents=True, exist_ok=True)
        _git(ROOT, "clone", "--quiet", "--shared", "--no-checkout", str(ROOT), str(CLONE))
    head = _git(ROOT, "rev-parse", "HEAD")
    _git(CLONE, "checkout", "--quiet", "--force", "--detach", head)
    _git(CLONE, "clean", "--quiet", "--force", "-d")
    for name, (old, new) in changes.items():
        _change(CLONE / name, old, new)
    _git(CLONE, "add", "--all")
    # The same change is the same commit, so that its release is built once.
    when = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    _git(CLONE, "-c", "user.name=faults", "-c", "user.email=faults@salon.test", "commit", "-qm", subject, **when)
    return _git(CLONE, "rev-parse", "HEAD")


def built(subject: str, changes: Changes) -> str:
    """As `commit`, and its release stands on the shelf: whoever deploys it need not build it."""
    version = commit(subject, changes)
    build(version, Shelf(), repository=CLONE, by="the faults")
    return version


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8") if old else ""
    if old and text.count(old) != 1:
        raise LookupError(f"{path} has {old!r} {text.count(old)} times")
    path.write_text(text.replace(old, new) if old else new, encoding="utf-8")


def _git(folder: Path, *words: str, **environment: str) -> str:
    ran = subprocess.run(
        ["git", "-C", str(folder), *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return ran.stdout.strip()
