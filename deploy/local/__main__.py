"""`python3 -m deploy.local COMMAND`, which is what the Makefile calls.

This part runs on the system's Python and uses the standard library only. It installs what the command needs and then
becomes the environment's Python, which has the packages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import replace

from deploy.local.develop.cleaning import clean
from deploy.local.develop.locking import lock
from deploy.local.failure import CannotGoOn
from deploy.local.install.setup import Wish, set_up
from deploy.local.places import ROOT, VENV_PYTHON
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.topology import HA

OLDEST_PYTHON = (3, 11)
WISHES = {
    "setup": Wish(),
    "services": Wish(page=False),
    "run": Wish(),
    "demo": Wish(),
    "test": Wish(chromium=True, both_engines=True, two_zones=True, monitoring=True),
    "check": Wish(servers=False),
    "monitoring": Wish(servers=False, page=False, monitoring=True),
    # What `make faults` breaks, and what watches it.
    "setup-faults": Wish(monitoring=True),
}
# They act on two zones that run, so that everything is installed.
ON_ONE_THAT_RUNS = ("deploy", "rollback", "releases", "scale", "status")
ON_ZONES = ("topology", "zone-down", "zone-up", "kill", "part-up")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=[*WISHES, *ON_ZONES, *ON_ONE_THAT_RUNS, "lock", "clean"])
    parser.add_argument("--profile", default=os.environ.get("PROFILE") or None, help="dev, ha, test or lite")
    parser.add_argument("--only", default=os.environ.get("ONLY") or None, help="one part of test or check")
    parser.add_argument("--customers", help="of the demo's drop")
    parser.add_argument("--coupons", help="of the demo's drop")
    parser.add_argument("--zone", help="of zone-down and zone-up")
    parser.add_argument("--part", help="of kill and part-up")
    parser.add_argument("--hold", action="store_true", help="what is killed stays down")
    parser.add_argument("--metrics-only", action="store_true", help="of monitoring: without logs and traces")
    parser.add_argument("--version", help="of deploy: a tag or a commit")
    parser.add_argument("--bake", help="of deploy: how many seconds new instances are watched at work")
    parser.add_argument("--repository", help="of deploy: another one than this checkout's")
    parser.add_argument("--queues", help="of scale: how many")
    parser.add_argument("--continue", dest="goes_on", action="store_true", help="of deploy: what was left half-way")
    arguments = parser.parse_args()
    try:
        return _carry_out(arguments)
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _carry_out(arguments: argparse.Namespace) -> int:
    if sys.version_info < OLDEST_PYTHON:
        raise CannotGoOn(what="Python", why=f"this is {sys.version}", do="run it with Python 3.11 or newer")
    if arguments.command == "clean":
        return clean(arguments.profile)
    if arguments.command == "lock":
        return lock()
    choices = read_choices()
    profile = arguments.profile or profile_of(choices, arguments.command)
    if profile == "lite":
        choices = replace(choices, lite=True)
    _insist_on_what_it_needs(arguments.command, choices)
    if arguments.command.startswith("setup"):
        make_secrets = [
            str(VENV_PYTHON),
            "-c",
            "from deploy.local.settings.secrets_store import make_missing; make_missing()",
        ]
        return subprocess.call(make_secrets)
    sys.stdout.flush()
    os.chdir(ROOT)
    # Becomes the environment's Python, so that a signal to this process reaches the one that acts.
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *_words(arguments, profile)])  # noqa: S606  # no shell is wanted
    raise AssertionError  # not reached


def _insist_on_what_it_needs(command: str, choices: Choices) -> None:
    if command in WISHES:
        # CI must have the first choice; a lesser one that an earlier run took is no answer there.
        ask_again = command == "setup" or bool(os.environ.get("CI"))
        set_up(choices, WISHES[command], ask_again=ask_again)
    elif not VENV_PYTHON.exists():
        raise CannotGoOn(what=f"make {command}", why="nothing is installed here yet", do="TOPOLOGY=ha make run")


def _words(arguments: argparse.Namespace, profile: str) -> list[str]:
    words = ["-m", "deploy.local.commands", arguments.command, "--profile", profile]
    for name in ("only", "customers", "coupons", "zone", "part", "version", "bake", "repository", "queues"):
        given = getattr(arguments, name)
        words += [f"--{name}", given] if given else []
    flags = {"--hold": arguments.hold, "--continue": arguments.goes_on, "--metrics-only": arguments.metrics_only}
    return words + [flag for flag, is_given in flags.items() if is_given]


def profile_of(choices: Choices, command: str) -> str:
    """Which one is meant where nobody names it."""
    two_zones = choices.topology == HA.name
    if two_zones and choices.lite:
        raise CannotGoOn(
            what="TOPOLOGY=ha with LITE=1",
            why="two zones need three members of MySQL, which the small engines do not have",
            do="leave one of them away",
        )
    return "ha" if two_zones or command in ON_ZONES else "dev"


if __name__ == "__main__":
    sys.exit(main())
