"""`make releases`: what is on the shelf, what runs where, and what a deploy was left half-way."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console as Terminal
from rich.table import Table

from deploy.local.releases.release import WORKTREE, Shelf, current_link, version_behind
from deploy.local.rolling.instances import Instances
from deploy.local.rolling.journal import folder_of, unfinished
from deploy.local.run.processes import processes_of
from deploy.local.run.system import is_running
from deploy.local.settings.profiles import Profile


def show(profiles: Sequence[Profile], shelf: Shelf) -> int:
    running = {profile.name: _running(profile, shelf) for profile in profiles if is_running(profile)}
    current = {profile.name: version_behind(current_link(profile), shelf) for profile in profiles}
    table = Table(title="releases, the newest first", title_justify="left")
    for column in ("version", "commit", "what", "built", "by", "runs"):
        table.add_column(column, no_wrap=column != "what")
    for release in shelf.all():
        manifest = release.manifest()
        if manifest is not None:
            built, where = manifest.built_at[:16].replace("T", " "), _where(release.version, running, current)
            table.add_row(release.version, manifest.commit[:12], manifest.subject, built, manifest.built_by, where)
    table.add_row(WORKTREE, "", "this checkout, whatever is in it", "", "", _where(WORKTREE, running, current))
    Terminal(width=None if Terminal().is_terminal else 140).print(table)
    for profile in profiles:
        begun = unfinished(folder_of(profile))
        if begun is not None:
            print(f"{profile.name}: the deploy of {begun.state.new} stands half-way ({begun.state.standing})")
            print("  make deploy CONTINUE=1 goes on with it, make rollback leads it back")
    return 0


def _running(profile: Profile, shelf: Shelf) -> dict[str, list[str]]:
    """The names of the instances, by their release."""
    instances = Instances(profile, shelf, start_seconds=0)
    found: dict[str, list[str]] = {}
    for process in processes_of(profile):
        found.setdefault(instances.runs(process.name) or "nothing", []).append(process.name)
    return found


def _where(version: str, running: dict[str, dict[str, list[str]]], current: dict[str, str]) -> str:
    words = []
    for profile, by_release in running.items():
        names = by_release.get(version, [])
        if names:
            words.append(f"{profile}: {'all' if len(by_release) == 1 else ', '.join(names)}")
    words += [
        f"{profile}: current" for profile, known in current.items() if known == version and profile not in running
    ]
    return "; ".join(words)
