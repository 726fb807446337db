"""`make settings` and `make rotate`."""

from __future__ import annotations

import argparse
import sys

from deploy.local.failure import CannotGoOn
from deploy.local.run.system import profile_for
from deploy.local.settings import secrets_store
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.settings.rotation import rotate
from deploy.local.settings.shown import show_settings
from deploy.processes import ZONED
from deploy.topology import HA


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.settings", description=__doc__)
    parser.add_argument("--profile", help="dev, ha, test or lite")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="what each process would read, and from where")
    show.add_argument("--process", help="one of them, such as queue-1")
    exchange = commands.add_parser("rotate", help="exchange a key under running processes")
    exchange.add_argument("key", help="tokens, tickets or django")
    exchange.add_argument("--finish", action="store_true", help="drop the old key")
    exchange.add_argument("--force", action="store_true", help="although something may come back that it signed")
    arguments = parser.parse_args()
    try:
        return _carry_out(arguments, read_choices())
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1


def _carry_out(arguments: argparse.Namespace, choices: Choices) -> int:
    process = getattr(arguments, "process", None)
    is_zoned = choices.topology == HA.name or process in {one.name for one in ZONED}
    profile = profile_for(arguments.profile or ("ha" if is_zoned else "dev"), choices)
    if arguments.command == "show":
        return show_settings(profile, choices, only=process)
    secrets_store.make_missing()
    rotate(profile, arguments.key, finish=arguments.finish, force=arguments.force, say=_say)
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
