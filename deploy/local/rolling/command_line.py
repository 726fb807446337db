"""The commands that act on a system while it runs, whichever topology it has."""

from __future__ import annotations

import argparse
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.releases.release import Shelf
from deploy.local.rolling import commands, listing
from deploy.local.rolling.commands import Wish
from deploy.local.rolling.scaling import scale
from deploy.local.run.system import is_running
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile, noted

COMMANDS = ("deploy", "rollback", "releases", "scale")


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version")
    parser.add_argument("--bake", type=float, default=commands.BAKE_SECONDS)
    parser.add_argument("--repository", type=Path, default=ROOT)
    parser.add_argument("--queues", type=int)
    parser.add_argument("--continue", dest="goes_on", action="store_true")


def carry_out(arguments: argparse.Namespace, choices: Choices) -> int:
    """Raises CannotGoOn."""
    shelf = Shelf()
    if arguments.command == "releases":
        return listing.show([profile for name in ("dev", "ha") if (profile := _noted(name))], shelf)
    profile = _the_one_that_runs(arguments.profile)
    wish = Wish(
        version=arguments.version,
        repository=arguments.repository,
        bake_seconds=arguments.bake,
        start_seconds=choices.start_seconds,
        goes_on=arguments.goes_on,
    )
    match arguments.command:
        case "deploy":
            return commands.deploy(profile, wish, choices, shelf)
        case "rollback":
            return commands.roll_back(profile, wish, choices, shelf)
        case _:
            return scale(profile, arguments.queues, shelf, start_seconds=choices.start_seconds)


def _the_one_that_runs(name: str) -> Profile:
    """Of this name, or the other topology in its place: only one of both runs at a time."""
    for known in (name, *(other for other in ("dev", "ha") if name in {"dev", "ha"} and other != name)):
        profile = _noted(known)
        if profile is not None and is_running(profile):
            return profile
    raise CannotGoOn(
        what="nothing runs here", why=f"profile {name} was not started", do="make run, in another terminal"
    )


def _noted(name: str) -> Profile | None:
    try:
        return noted(name)
    except FileNotFoundError:
        return None
