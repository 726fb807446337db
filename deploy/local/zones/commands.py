"""`make topology`, `make zone-down`, `make zone-up`, `make kill`, `make part-up`: on two zones that run already."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from deploy.local.failure import CannotGoOn
from deploy.local.run import holds, pids
from deploy.local.run.system import is_running
from deploy.local.settings.profiles import Profile, as_started, profile_named
from deploy.local.zones import expectations, view
from deploy.local.zones.leaders import leads_of
from deploy.topology import HA

COMMANDS = ("topology", "zone-down", "zone-up", "kill", "part-up")


def carry_out(command: str, profile: Profile, *, zone: str | None, part: str | None, held: bool) -> int:
    """Raises CannotGoOn when there are no zones, or none of that name."""
    insist_on_two_zones(profile, command)
    profile = as_started(profile)
    match command:
        case "topology":
            view.show(profile)
        case "zone-down":
            names = _names_in(profile, zone, command)
            led = leads_of(profile, names)
            _kill(profile, names, held=True)
            print(expectations.zone_down(profile, str(zone), led))
        case "zone-up":
            _bring_back(profile, _names_in(profile, zone, command))
            print(expectations.zone_up(profile, str(zone)))
        case "kill":
            name = _part(profile, part, command)
            led = leads_of(profile, [name])
            if not _kill(profile, [name], held=held):
                raise CannotGoOn(what=f"kill {name}", why="it does not run", do=f"make part-up PART={name}")
            print(expectations.part_down(profile, name, led, held=held))
        case "part-up":
            name = _part(profile, part, command)
            _bring_back(profile, [name])
            print(expectations.part_up(name))
    return 0


def insist_on_two_zones(profile: Profile, command: str) -> None:
    if profile.topology is HA and is_running(profile):
        return
    small = profile_named("dev", salon_port=profile.web_port, lite=False)
    if is_running(small):
        raise CannotGoOn(
            what=f"make {command}",
            why="the small topology runs, which has one of each and no zones: when a part dies there, all of it stops",
            do="stop it (Ctrl-C there), then TOPOLOGY=ha make run",
        )
    raise CannotGoOn(what=f"make {command}", why="no zones run here", do="TOPOLOGY=ha make run, in another terminal")


def _names_in(profile: Profile, zone: str | None, command: str) -> Sequence[str]:
    zones = profile.topology.zones
    places = sorted(set(profile.topology.places().values()) - {""})
    if zone not in places:
        raise CannotGoOn(
            what=f"make {command}",
            why=f"there is no zone {zone!r}" if zone else "which zone, it does not say",
            do=f"make {command} ZONE={zones[-1]}; there are {', '.join(places)}",
        )
    return [name for name, place in profile.topology.possible_places().items() if place == zone]


def _part(profile: Profile, part: str | None, command: str) -> str:
    names = known_parts(profile)
    if part not in names:
        raise CannotGoOn(
            what=f"make {command}",
            why=f"there is no part {part!r}" if part else "which part, it does not say",
            do=f"give one of {', '.join(sorted(names))}: make {command} PART=kafka-2",
        )
    return part


def known_parts(profile: Profile) -> set[str]:
    """What was started, and nothing else: with a server of somebody else's there is nothing to kill."""
    started = {path.name for path in (profile.state / "pids").glob("*")}
    return started & profile.topology.possible_places().keys()


def _kill(profile: Profile, names: Sequence[str], *, held: bool) -> list[str]:
    """All at once, as when the power is gone. Those that ran."""
    if held:
        for name in names:
            holds.hold(profile, name)
    running = [(name, pid) for name in names if (pid := pids.running(profile, name)) is not None]
    for _, pid in running:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    for name, pid in running:
        print(f"killed -9   {name} (process {pid})")
    return [name for name, _ in running]


def _bring_back(profile: Profile, names: Sequence[str]) -> None:
    held = [name for name in names if holds.is_held(profile, name)]
    for name in names:
        holds.let_go(profile, name)
    for name in names:
        if name in held:
            print(f"let go      {name}")
        elif pids.running(profile, name) is not None:
            print(f"runs        {name}")
