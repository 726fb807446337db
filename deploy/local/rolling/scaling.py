"""`make scale QUEUE=n`: more queues join; those that go leave nginx's list first, and then say farewell."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from deploy.local.failure import CannotGoOn
from deploy.local.releases.release import Shelf, assigned_link, current, lead_to
from deploy.local.rolling.carrying_out import BadRelease
from deploy.local.rolling.commands import who_acts
from deploy.local.rolling.instances import Instances
from deploy.local.rolling.journal import folder_of, unfinished
from deploy.local.rolling.local_system import read_variables
from deploy.local.rolling.lock import only_one_deploy
from deploy.local.run import nginx, processes
from deploy.local.run.supervisor_calls import ask
from deploy.local.settings.profiles import Profile
from deploy.processes import Process

# A worker of nginx that was told to go sends nothing new to whoever left the list.
NGINX_SECONDS = 1.0


def scale(profile: Profile, count: int | None, shelf: Shelf, *, start_seconds: float) -> int:
    """Raises CannotGoOn."""
    with only_one_deploy(profile, by=who_acts()):
        if unfinished(folder_of(profile)) is not None:
            raise CannotGoOn(
                what="scale", why="a deploy stands half-way", do="make deploy CONTINUE=1, or make rollback, before"
            )
        wanted = _wanted(profile, count)
        before = processes.queues(profile)
        after = tuple(one.name for one in wanted if one.service == "queue")
        came, left = [name for name in after if name not in before], [name for name in before if name not in after]
        instances = Instances(profile, shelf, start_seconds=start_seconds)
        began = time.monotonic()
        _start(profile, came, instances, shelf)
        processes.scale_file(profile).write_text(str(len(after)), encoding="ascii")
        _write_lists(profile)
        _stop(left, instances)
        print(f"{len(after)} queues after {time.monotonic() - began:.1f} s: {', '.join(after)}")
        print(f"came: {', '.join(came) or 'none'}; left: {', '.join(left) or 'none'}")
        return 0


def _wanted(profile: Profile, count: int | None) -> tuple[Process, ...]:
    try:
        return profile.topology.with_queues(-1 if count is None else count)
    except ValueError as error:
        raise CannotGoOn(what="scale", why=f"QUEUE={count}: there may be {error}", do="make scale QUEUE=4") from error


def _start(profile: Profile, names: list[str], instances: Instances, shelf: Shelf) -> None:
    """Nobody is led to them before they are ready, and nobody misses who does not get ready."""
    release = current(profile, shelf)
    for name in names:
        lead_to(assigned_link(profile, name), release.root)
        instances.hold(name)
    try:
        with ThreadPoolExecutor(max(1, len(names))) as pool:
            list(pool.map(instances.start, names))
    except BadRelease as failure:
        _end(names, instances)
        raise CannotGoOn(
            what="scale",
            why=f"{failure}\nThose that came were ended again, and nothing was changed",
            do="read its log; make scale again",
        ) from failure
    for name in names:
        instances.let_go(name)


def _stop(names: list[str], instances: Instances) -> None:
    if names:
        time.sleep(NGINX_SECONDS)
        _end(names, instances)


def _end(names: list[str], instances: Instances) -> None:
    for name in names:
        instances.hold(name)
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(instances.stop, names))


def _write_lists(profile: Profile) -> None:
    public_url = read_variables(profile)["MAIN_PUBLIC_URL"]
    zones = profile.topology.zones if len(profile.topology.zones) > 1 else (None,)
    for zone in zones:
        name = nginx.name_of(zone)
        nginx.write_site(profile, zone, public_url=public_url)
        ask(profile, "signalProcess", name, "HUP")
