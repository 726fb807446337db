"""Migrations come first, as a job, while the old release runs: they may only add, so that it goes on working."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.releases.release import Release
from deploy.local.rolling.carrying_out import BadRelease

MIGRATE_WITHIN_SECONDS = 600
_PENDING = re.compile(r"^\[ \]\s+(\w+)\.(\w+)", re.MULTILINE)
_LINT = ["lintmigrations", "--no-cache", "--sql-analyser", "mysql", "--include-name"]


def pending(release: Release, variables: Mapping[str, str]) -> list[str]:
    """Those that the database has not seen, such as `bookings.0003_deposits`. Raises BadRelease."""
    plan = _manage(release, ["showmigrations", "--plan"], variables)
    return [f"{app}.{name}" for app, name in _PENDING.findall(plan)]


def insist_on_only_adding(release: Release, names: Sequence[str]) -> None:
    """Raises BadRelease for what the old release could not live with: taking a column away is for a later release."""
    if not names:
        return
    stems = [name.partition(".")[2] for name in names]
    try:
        _manage(release, [*_LINT, *stems], {"DJANGO_SETTINGS_MODULE": "config.linting"})
    except BadRelease as refused:
        raise BadRelease(f"the old release could not go on with {', '.join(names)}:\n{refused}") from refused


def migrate(release: Release, variables: Mapping[str, str]) -> None:
    """Raises BadRelease. What was done before one fails stays done: it only added."""
    _manage(release, ["migrate", "--no-input"], variables)


def _manage(release: Release, words: Sequence[str], variables: Mapping[str, str]) -> str:
    folder: Path = release.root / "services" / "main"
    environment = {**os.environ, **variables, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ran = subprocess.run(
            [release.python, "manage.py", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MIGRATE_WITHIN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise BadRelease(f"manage.py {words[0]} was not done within {MIGRATE_WITHIN_SECONDS} s") from late
    if ran.returncode:
        last = "\n".join((ran.stdout + ran.stderr).strip().splitlines()[-8:])
        raise BadRelease(f"manage.py {words[0]} failed:\n{last}")
    return ran.stdout
