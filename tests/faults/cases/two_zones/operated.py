"""F9: two zones are deployed to, scaled, copied and led back by the commands of an operator, while people go on."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from typing import Any

from tests.faults.cases.case import Case
from tests.faults.cases.f09_deploy import SHORT_LOAD, SHORT_PLAN, deploying, rollouts
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
        return await play_whole(system, SHORT_PLAN, _operate)


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
        play.complaints.extend(await asyncio.to_thread(_not_restored))


def _note(play: Play, command: str, ended: Deployed) -> None:
    print(f"  {command}: exit code {ended.exit_code} after {ended.seconds:.0f} s", flush=True)
    for line in ended.text.splitlines():
        print(f"    {line}", flush=True)
    if ended.exit_code:
        play.complaints.append(f"{command}: exit code {ended.exit_code}: {ended.text[-1500:]}")


def _not_restored() -> Iterator[str]:
    """Into an empty place: every table has at least the rows that the copy counted."""
    manifest = _the_manifest()
    began = time.monotonic()
    words = ("--dir", str(BACKUPS), "--into", str(RESTORED), "--to", manifest["taken_at"])
    ended = backup_command(TWO_ZONES, "restore", *words)
    print(f"  restore: exit code {ended.exit_code} after {time.monotonic() - began:.0f} s", flush=True)
    if ended.exit_code:
        return iter([f"restore: exit code {ended.exit_code}: {ended.text[-1500:]}"])
    restored = json.loads((RESTORED / "restored.json").read_text(encoding="utf-8"))
    rows = {name: rows for name, (rows, _checksum) in restored["tables"].items()}
    counted = {name: manifest["mysql"]["tables"][name]["rows"] for name in FILLED_TABLES}
    return (
        f"{name} has {rows.get(name)} rows, and the copy had {count}"
        for name, count in counted.items()
        if not rows.get(name, 0) >= count > 0
    )


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
