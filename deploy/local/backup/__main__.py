"""`python -m deploy.local.backup COMMAND`, which `make backup`, `backup-log`, `backups` and `restore` call."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.backup import following, restoring
from deploy.local.backup.donors import insist_on_our_engines
from deploy.local.backup.folder import BackupFolder
from deploy.local.backup.restoring import Restored
from deploy.local.backup.taking import fetch_logs, take
from deploy.local.commands import interrupt_on_signals
from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.places import shown
from deploy.local.run.system import is_running, profile_for
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.settings.profiles import Profile, noted
from deploy.topology import HA

KEEP = 7
COMMANDS = ("take", "log", "fetch-log", "list", "restore")


def main() -> int:
    arguments = _arguments()
    interrupt_on_signals()
    try:
        return _dispatch(arguments, read_choices())
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130 if arguments.command != "log" else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.backup", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--profile", default=os.environ.get("PROFILE") or None)
    parser.add_argument(
        "--dir", type=Path, default=None, help="the folder of backups, instead of .local/<profile>/backups"
    )
    parser.add_argument("--keep", type=int, default=KEEP, help="so many backups stay")
    parser.add_argument("--to", type=moment_of, default=None, help="the moment, such as 2026-11-30T02:00:00Z")
    parser.add_argument("--from", dest="backup", default=None, help="the backup to begin from, by its name")
    parser.add_argument("--into", type=Path, default=None, help="an empty folder, instead of the profile's own place")
    return parser.parse_args()


def _dispatch(arguments: argparse.Namespace, choices: Choices) -> int:
    name = arguments.profile or ("ha" if choices.topology == HA.name else "dev")
    profile = _profile(name, choices)
    insist_on_our_engines(profile, choices)
    backups = BackupFolder((arguments.dir or profile.state / "backups").resolve())
    if arguments.command == "list":
        return _list(backups)
    if arguments.command == "restore":
        return _restore(profile, backups, arguments)
    if not is_running(profile):
        raise CannotGoOn(
            what=f"profile {profile.name}",
            why="it does not run, and a copy is taken from running servers",
            do="make run",
        )
    with Console() as console:
        if arguments.command == "log":
            following.follow(profile, backups, console)
        elif arguments.command == "fetch-log":
            fetch_logs(profile, backups)
        else:
            backup = take(profile, backups, keep=arguments.keep, console=console)
            console.say(
                f"{shown(backup.folder)}: {_size(backup.folder) / 1e6:.0f} MB in {backup.manifest.seconds:.1f} s"
            )
    return 0


def _profile(name: str, choices: Choices) -> Profile:
    """As it was started last, whatever SALON_PORT and LITE say in this terminal; else as it would be started here."""
    try:
        return noted(name)
    except FileNotFoundError:
        return profile_for(name, choices)


def _list(backups: BackupFolder) -> int:
    for backup in backups.every():
        rows = sum(table.rows for table in backup.manifest.mysql.tables.values())
        messages = backup.manifest.documents.collections.get("messages", 0)
        print(f"{backup.name}  {rows} rows, {messages} messages, {_size(backup.folder) / 1e6:.0f} MB")
    until = following.followed_until(backups)
    print(f"logs until {until.isoformat()}" if until else "no logs: only the moments of these copies can be restored")
    return 0


def _restore(profile: Profile, backups: BackupFolder, arguments: argparse.Namespace) -> int:
    moment = arguments.to or datetime.now(UTC)
    named = [backup for backup in backups.every() if backup.name == arguments.backup]
    if arguments.backup and not named:
        raise CannotGoOn(what=f"FROM={arguments.backup}", why="there is no such backup", do="make backups lists them")
    backup = named[0] if named else backups.newest_before(moment)
    place = restoring.place_of(profile, arguments.into.resolve() if arguments.into else None)
    with Console() as console, restoring.undisturbed(profile, place):
        restored = restoring.restore(profile, backups, backup, place, moment=moment, console=console)
        epoch = None if arguments.into else restoring.begin_new_epoch(profile, backup)
    note = (arguments.into or profile.state) / "restored.json"
    note.write_text(restoring.report(restored), encoding="utf-8")
    print(summary(restored, place.empty, epoch))
    return 0


def summary(restored: Restored, where: Path, epoch: int | None) -> str:
    rows = sum(table.rows for table in restored.tables.values())
    last = f", the last of {restored.last_committed_at.isoformat()}" if restored.last_committed_at else ""
    lines = [
        f"{shown(where)} is as of {restored.moment.isoformat()}: {rows} rows in {len(restored.tables)} tables",
        f"from {restored.backup} and {restored.transactions_from_logs} transactions of the logs{last}",
        f"in {restored.seconds:.1f} s (MySQL {restored.mysql_seconds:.1f}, chat {restored.documents_seconds:.1f})",
    ]
    if restored.followed_until is None or restored.followed_until < restored.moment:
        until = restored.followed_until.isoformat() if restored.followed_until else "the copy"
        lines.append(f"the logs end at {until}: what was committed after that is lost")
    if epoch is not None:
        lines.append(f"make run starts it; Redis and Kafka begin empty, chat counts in epoch {epoch}")
    return "\n".join(lines)


def moment_of(text: str) -> datetime:
    """With its offset from UTC: a moment that may be meant in two ways is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone: write {text}Z or {text}+09:00")
    return moment


def _size(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
