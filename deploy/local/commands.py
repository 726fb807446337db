"""The commands that need the installed packages: services, run, demo, test, check."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from types import FrameType

from deploy.local import tables
from deploy.local.console import Console
from deploy.local.dotenv import Choices, read_choices
from deploy.local.failure import CannotGoOn
from deploy.local.profiles import profile_named
from deploy.local.system import System, watch


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.commands")
    parser.add_argument("command", choices=["services", "run", "demo", "test", "check"])
    parser.add_argument("--profile", default="dev")
    parser.add_argument("--only")
    arguments = parser.parse_args()
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
    if arguments.command == "demo":
        from deploy.local.demo import demo

        return demo(arguments.profile, choices)
    if arguments.command == "test":
        from deploy.local.testing import run_tests

        return run_tests(choices, only=arguments.only)
    from deploy.local.checking import run_checks

    return run_checks(only=arguments.only)


def stay_up(profile_name: str, choices: Choices, *, whole: bool) -> int:
    """Until Ctrl-C or SIGTERM, or until a process dies."""
    began = time.monotonic()
    stop = stop_on_signals()
    system = System(profile_named(profile_name, salon_port=choices.salon_port, lite=choices.lite), choices, whole=whole)
    with Console() as console, system.running(console) as supervision:
        tables.show(system, whole=whole, seconds=time.monotonic() - began)
        watch(supervision, stop)
        console.say("stopping")
    return 0


def stop_on_signals() -> threading.Event:
    """From here on Ctrl-C and SIGTERM set the event; while things start they interrupt as an exception does."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop


if __name__ == "__main__":
    sys.exit(main())
