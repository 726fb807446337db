"""The commands that need the installed packages: services, run, demo, test, check, and those that act on zones."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from types import FrameType

from deploy.local.console import Console
from deploy.local.develop.checking import run_checks
from deploy.local.develop.testing import run_tests
from deploy.local.failure import CannotGoOn
from deploy.local.monitoring.running import monitor
from deploy.local.monitoring.status import status
from deploy.local.rolling.command_line import COMMANDS as ROLLING
from deploy.local.rolling.command_line import add_to, carry_out
from deploy.local.run import summary as tables
from deploy.local.run.demo import demo
from deploy.local.run.system import System, profile_for, watch
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.zones import commands as zones
from deploy.local.zones import view
from deploy.topology import HA

COMMANDS = ("services", "run", "demo", "monitoring", "status", "test", "check")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.commands")
    parser.add_argument("command", choices=[*COMMANDS, *zones.COMMANDS, *ROLLING])
    parser.add_argument("--profile", default="dev")
    parser.add_argument("--only")
    parser.add_argument("--customers")
    parser.add_argument("--coupons")
    parser.add_argument("--zone")
    parser.add_argument("--part")
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--metrics-only", action="store_true")
    add_to(parser)
    arguments = parser.parse_args()
    interrupt_on_signals()
    try:
        return _dispatch(arguments, read_choices())
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _dispatch(arguments: argparse.Namespace, choices: Choices) -> int:
    if arguments.command in {"services", "run"}:
        return stay_up(arguments.profile, choices, whole=arguments.command == "run")
    if arguments.command in zones.COMMANDS:
        profile = profile_for(arguments.profile, choices)
        return zones.carry_out(
            arguments.command, profile, zone=arguments.zone, part=arguments.part, held=arguments.hold
        )
    if arguments.command in ROLLING:
        return carry_out(arguments, choices)
    if arguments.command == "monitoring":
        return monitor(arguments.profile, choices, metrics_only=arguments.metrics_only)
    if arguments.command == "status":
        return status(arguments.profile, once=False)
    if arguments.command == "demo":
        return demo(arguments.profile, choices, customers=arguments.customers, coupons=arguments.coupons)
    if arguments.command == "test":
        return run_tests(choices, only=arguments.only)
    return run_checks(only=arguments.only)


def stay_up(profile_name: str, choices: Choices, *, whole: bool) -> int:
    """Until Ctrl-C or SIGTERM, or until a process dies that nobody starts again."""
    began = time.monotonic()
    profile = profile_for(profile_name, choices)
    system = System(profile, choices, whole=whole)
    with Console() as console, system.running(console) as supervision:
        tables.show(system, whole=whole, seconds=time.monotonic() - began)
        if profile.topology is HA:
            view.show(profile)
            print(
                "Two zones: make topology, make zone-down ZONE=b, make kill PART=kafka-2 (docs/operations.md)",
                flush=True,
            )
        try:
            watch(supervision, restarts=profile.restarts)
        except KeyboardInterrupt:
            console.say("stopping what was started here")
    print("stopped", flush=True)
    return 0


def interrupt_on_signals() -> None:
    """Ctrl-C and SIGTERM end whatever we do, once; while things are being stopped they change nothing."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)


if __name__ == "__main__":
    sys.exit(main())
