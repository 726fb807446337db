"""`make deploy` and `make rollback`: on a system that runs, from another terminal."""

from __future__ import annotations

import getpass
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.releases.building import build
from deploy.local.releases.commits import who
from deploy.local.releases.release import WORKTREE, Release, Shelf, current_link, version_behind
from deploy.local.rolling import telling
from deploy.local.rolling.carrying_out import BadRelease, Outcome, carry_out
from deploy.local.rolling.journal import Direction, Journal, folder_of, history, unfinished
from deploy.local.rolling.local_system import LocalSystem
from deploy.local.rolling.lock import only_one_deploy
from deploy.local.rolling.newcomers import introduce
from deploy.local.rolling.plan import Step, waves_of
from deploy.local.run.processes import processes_of
from deploy.local.run.system import is_running
from deploy.local.settings.dotenv import START_SECONDS, Choices
from deploy.local.settings.profiles import Profile

KEPT = 3
FREE_BYTES = 1_000_000_000
BAKE_SECONDS = 15.0


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    version: str | None = None
    repository: Path = ROOT
    bake_seconds: float = BAKE_SECONDS
    start_seconds: float = START_SECONDS
    goes_on: bool = False


def deploy(profile: Profile, wish: Wish, choices: Choices, shelf: Shelf) -> int:
    """0 when the release that was asked for runs everywhere. Raises CannotGoOn."""
    by = who_acts()
    with only_one_deploy(profile, by=by):
        _insist_on_running(profile, "deploy")
        newcomers = introduce(profile)
        begun = unfinished(folder_of(profile))
        if wish.goes_on:
            if begun is None:
                raise CannotGoOn(what="deploy CONTINUE=1", why="nothing was left half-way", do="make deploy VERSION=…")
            return _carry_out(profile, begun, wish, choices, shelf, wanted_back=False)
        _insist_on_nothing_half_way(begun)
        release = _built(wish, shelf, by)
        old = version_behind(current_link(profile), shelf)
        if release.version == old:
            print(f"{old} runs already")
            return 0
        _insist_on_all_ready(profile, wish, shelf, but=newcomers)
        journal = Journal.begin(
            folder_of(profile), new=release.version, old=old, waves=waves_of(processes_of(profile)), by=by
        )
        return _carry_out(profile, journal, wish, choices, shelf, wanted_back=False)


def roll_back(profile: Profile, wish: Wish, choices: Choices, shelf: Shelf) -> int:
    """From a deploy that stands half-way to where it began, else to the release before. Raises CannotGoOn."""
    by = who_acts()
    with only_one_deploy(profile, by=by):
        _insist_on_running(profile, "rollback")
        introduce(profile)
        journal = unfinished(folder_of(profile))
        if journal is not None:
            journal.turn(f"{by} asked for it")
        else:
            new, old = version_behind(current_link(profile), shelf), release_before(profile, shelf)
            waves = waves_of(processes_of(profile))
            journal = Journal.begin(folder_of(profile), new=new, old=old, waves=waves, by=by, back=True)
        return _carry_out(profile, journal, wish, choices, shelf, wanted_back=True)


def release_before(profile: Profile, shelf: Shelf) -> str:
    """What ran before the current one, as far as it is still here. Raises CannotGoOn."""
    now = version_behind(current_link(profile), shelf)
    for one in reversed(history(folder_of(profile))):
        if one.state.has_ended and one.state.release == now and one.state.direction is Direction.FORWARD:
            shelf.named(one.state.old)
            return one.state.old
    raise CannotGoOn(
        what="rollback", why=f"no deploy led to {now}: there is nothing before it", do="make deploy VERSION=…"
    )


def _carry_out(
    profile: Profile, journal: Journal, wish: Wish, choices: Choices, shelf: Shelf, *, wanted_back: bool
) -> int:
    messages, where, began = telling.channels_of(choices), profile.name, time.monotonic()
    world = LocalSystem(profile, shelf, bake_seconds=wish.bake_seconds, start_seconds=wish.start_seconds, say=print)
    messages.send(telling.of_beginning(journal.state, shelf, where=where))
    try:
        outcome = carry_out(journal, world, watch=_timed)
    except (CannotGoOn, BadRelease, OSError) as failure:
        messages.send(telling.of_failure(journal.state, str(failure), where=where))
        raise CannotGoOn(
            what=f"deploy of {journal.state.new}",
            why=str(failure),
            do="make deploy CONTINUE=1 goes on, make rollback leads back",
        ) from failure
    seconds = time.monotonic() - began
    messages.send(telling.of_end(journal.state, outcome, shelf, where=where, seconds=seconds, wanted_back=wanted_back))
    if outcome is Outcome.DONE:
        keep_the_last(profile, shelf)
    return 0 if (outcome is Outcome.DONE) is not wanted_back else 1


def _timed(step: Step, do: Callable[[], None]) -> None:
    began = time.monotonic()
    try:
        do()
    except BadRelease:
        print(f"[{time.monotonic() - began:5.1f} s] {step}: BAD", flush=True)
        raise
    print(f"[{time.monotonic() - began:5.1f} s] {step}", flush=True)


def keep_the_last(profile: Profile, shelf: Shelf) -> None:
    """The last three that ran, and whatever is not run by anybody but may be needed: what runs, and what ran before."""
    order: list[str] = [version_behind(current_link(profile), shelf)]
    for one in reversed(history(folder_of(profile))):
        order += [version for version in (one.state.release, one.state.old) if version not in order]
    kept = {version for version in order if version != WORKTREE and shelf.find(version)}
    kept = set([version for version in order if version in kept][:KEPT])
    deployed = set(order)
    for release in shelf.all():
        if release.version in deployed - kept:
            (release.root / "release.json").unlink()  # first: what is half removed is no release
            shutil.rmtree(release.root)
            print(f"removed release {release.version}")


def _built(wish: Wish, shelf: Shelf, by: str) -> Release:
    if not wish.version:
        raise CannotGoOn(what="deploy", why="which version, it does not say", do="make deploy VERSION=<tag or commit>")
    free = shutil.disk_usage(ROOT).free
    if free < FREE_BYTES:
        raise CannotGoOn(what="deploy", why=f"{free / 1e9:.1f} GB are free", do="make room for one release: 1 GB")
    began = time.monotonic()
    release = build(wish.version, shelf, repository=wish.repository, by=by)
    print(f"[{time.monotonic() - began:5.1f} s] release {release.version} is built and whole", flush=True)
    return release


def _insist_on_running(profile: Profile, command: str) -> None:
    if not is_running(profile):
        raise CannotGoOn(
            what=f"make {command}", why=f"profile {profile.name} does not run", do="make run, in another terminal"
        )


def _insist_on_nothing_half_way(begun: Journal | None) -> None:
    if begun is not None:
        state = begun.state
        raise CannotGoOn(
            what="deploy",
            why=f"the one of {state.new} by {state.by} from {state.began_at} stands half-way: {state.standing}",
            do="make deploy CONTINUE=1 goes on with it, make rollback leads it back",
        )


def _insist_on_all_ready(profile: Profile, wish: Wish, shelf: Shelf, *, but: Sequence[str]) -> None:
    """Else what was bad before would be taken for the new release's fault."""
    instances = LocalSystem(profile, shelf, bake_seconds=0, start_seconds=wish.start_seconds, say=print).instances
    unready = [one.name for one in processes_of(profile) if one.name not in but and not instances.is_ready(one.name)]
    if unready:
        raise CannotGoOn(
            what="deploy",
            why=f"not ready before it began: {', '.join(unready)}",
            do="read their logs; a system that is not well is mended first",
        )


def who_acts() -> str:
    return os.environ.get("WHO") or who(ROOT) or getpass.getuser()
