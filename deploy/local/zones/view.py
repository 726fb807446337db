"""`make topology`: which parts run, and how the members of each store see each other at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rich.console import Console as Terminal
from rich.table import Table

from deploy.local.run import holds, pids
from deploy.local.run.probes import HOST, serves
from deploy.local.settings.profiles import Profile
from deploy.local.zones import balancer_view, kafka_view, mysql_view, redis_view
from deploy.topology import BALANCER

# What a part is at this moment, by its name; a part that is missing is not seen by anyone.
Roles = Mapping[str, str]
SOURCES: tuple[Callable[[Profile], Roles], ...] = (
    mysql_view.roles,
    redis_view.roles,
    kafka_view.roles,
    balancer_view.roles,
)


def show(profile: Profile) -> None:
    roles = {name: role for source in SOURCES for name, role in source(profile).items()}
    table = Table(title=f"댕댕살롱 · two zones · http://localhost:{profile.web_port}", title_justify="left")
    for column in ("place", "part", "port", "process", "as the others see it"):
        table.add_column(column, no_wrap=column != "as the others see it")
    places = profile.topology.possible_places()
    started = [name for name in places if pids.pid_file(profile, name).exists()]
    last = None
    for name in sorted(started, key=lambda name: places[name]):
        if last not in {None, places[name]}:
            table.add_section()
        last = places[name]
        table.add_row(last or "–", name, str(profile.port(name)), _state(profile, name), roles.get(name, ""))
    Terminal(width=None if Terminal().is_terminal else 140).print(table)
    for line in kafka_view.notes(profile):
        print(line)


def _state(profile: Profile, name: str) -> str:
    pid = pids.running(profile, name)
    held = holds.is_held(profile, name)
    if pid is None:
        return "[bold red]held down[/]" if held else "[bold yellow]starts again[/]"
    is_ours = name in {process.name for process in (*profile.topology.processes, *profile.topology.queues)}
    if is_ours and not serves(f"http://{HOST}:{profile.port(name)}/readyz")():
        return f"[yellow]{pid}, not ready[/]"
    return f"{pid}, ready" if is_ours or name == BALANCER else str(pid)
