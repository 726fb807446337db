"""The process of one member, as the runner sees it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deploy.local.engines.mysql_group.group import Group, Member, group_name, write_note
from deploy.local.places import VENV_PYTHON
from deploy.local.run.probes import greets_at
from deploy.local.run.program import Program


def program_of(member: Member, members: Sequence[Member], *, folder: Path, password: str) -> Program:
    """`folder` is the group's. The data directory is made by the process itself, which also makes it anew."""
    own = folder / member.name
    note = own / "member.json"
    listens = greets_at(member.host, member.port)

    def prepare() -> None:
        (own / "state").unlink(missing_ok=True)
        write_note(Group(me=member, members=tuple(members), folder=folder, password=password, name=group_name(folder)))

    def is_online() -> bool:
        return state_of(own).startswith("ONLINE") and listens()

    return Program(
        name=member.name,
        command=[str(VENV_PYTHON), "-m", "deploy.local.engines.mysql_group.member", str(note)],
        ports=[member.port, member.group_port],
        ready=is_online,
        prepare=prepare,
        stop_seconds=40,
    )


def state_of(own: Path) -> str:
    """What the process of a member wrote last: `ONLINE PRIMARY`, `RECOVERING`, `WAIT`; empty before that."""
    path = own / "state"
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
