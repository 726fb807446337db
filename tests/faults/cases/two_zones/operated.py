"""F9: two zones are deployed to, scaled, copied and led back by the commands of an operator, while people go on."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from typing import Any

from tests.faults.cases.case import Case
from tests.faults.cases.f09_deploy import SHORT_LOAD, SHORT_PLAN, deploying, rollouts, until_all_are_in
from tests.faults.checkers.verdict import Verdict
from tests.faults.places import FAULTS, TWO_ZONES
from tests.faults.servers.deploying import Deployed, backup_command, deployer, running_system
from tests.faults.whole_play import Play, play_whole

BACKUPS = FAULTS / "backups"
RESTORED = FAULTS / "restored"
FILLED_TABLES = ("accounts_account", "bookings_booking", "salons_salon")


async def operated(_ground: None) -> Verdict:
    for folder in (BACKUPS, RESTORED):
        shutil.rmtree(folder, ignore_errors=True)
    with running_system(TWO_ZONES) as system:
        return await play_whole(system, SHORT_PLAN, until_all_are_in(_operate))


async def _operate(play: Play) -> None:
    profile = play.system.profile
    await deploying(rollouts()[:1], SHORT_LOAD, bake="2")(play)
    for command, *words in (("scale", "--queues", "4"), ("scale", "--queues", "2")):
        _note(play, f"scale {words[-1]}", await asyncio.to_thread(deployer, profile, command, *words))
    taken = await asyncio.to_thread(backup_command, profile, "take", "--dir", str(BACKUPS))
    _note(play, "backup", taken)
    _note(play, "rollback", await asyncio.to_thread(deployer, profile, "rollback", "--bake", "2"))
    _note(play, "releases", await asyncio.to_thread(deployer, profile, "releases"))
    if taken.exit_code == 0:
        restored = await asyncio.to_thread(_restored_beside)
        _note(play, "restore", restored)
        play.complaints.extend(_rows_missing() if restored.exit_code == 0 else ())


def _note(play: Play, command: str, ended: Deployed) -> None:
    print(f"  {command}: exit code {ended.exit_code} after {ended.seconds:.0f} s", flush=True)
    for line in ended.text.splitlines():
        print(f"    {line}", flush=True)
    if ended.exit_code:
        play.complaints.insert(0, f"{command}: exit code {ended.exit_code}: {ended.text[-1500:]}")


def _restored_beside() -> Deployed:
    """Into an empty place, while the system runs."""
    words = ("--dir", str(BACKUPS), "--into", str(RESTORED), "--to", _the_manifest()["taken_at"])
    return backup_command(TWO_ZONES, "restore", *words)


def _rows_missing() -> Iterator[str]:
    """Every table has at least the rows that the copy counted."""
    restored = json.loads((RESTORED / "restored.json").read_text(encoding="utf-8"))
    rows = {name: rows for name, (rows, _checksum) in restored["tables"].items()}
    for name in FILLED_TABLES:
        count = _the_manifest()["mysql"]["tables"][name]["rows"]
        if not rows.get(name, 0) >= count > 0:
            yield f"{name} has {rows.get(name)} rows, and the copy had {count}"


def _the_manifest() -> dict[str, Any]:
    [path] = BACKUPS.glob("*/manifest.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


CASES = (
    Case(
        row="F9",
        name="deploy, scale, copy, roll back and restore by an operator's commands",
        promise="every command comes to its end; 0 failed requests, no place, message or booking lost",
        guard="none of its own: that of the rollouts",
        play=operated,
        control=None,
        unavailable_seconds_max=60.0,
        needs_ground=False,
    ),
)
