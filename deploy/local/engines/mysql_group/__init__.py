"""Three MySQL servers as one group: Group Replication with a single primary.

Each member is a process (`member.py`) that runs its server and keeps it in the group: it joins, joins again after it
was lost, bootstraps the group when nobody has it and this member has the newest data, and is built anew when it holds
transactions that the group has not. They are one machine's: what they must agree on stands in a file (`last_view.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from deploy.local.engines import sid_rootfs
from deploy.local.engines.mysql_group.group import Member
from deploy.local.engines.mysql_group.program import program_of
from deploy.local.install.steps import Step
from deploy.local.run.probes import HOST
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "mysql-group"
TITLE = "MySQL 9.7, three members of Group Replication (Debian unstable)"
DEBIAN = sid_rootfs.DEBIAN
NAMES = ("mysql-1", "mysql-2", "mysql-3")


def refusal() -> str | None:
    return sid_rootfs.refusal()


def steps() -> Sequence[Step]:
    return [sid_rootfs.step()]


def members(profile: Profile) -> tuple[Member, ...]:
    return tuple(
        Member(name=name, number=number, host=HOST, port=profile.port(name), group_port=profile.port(f"{name}-group"))
        for number, name in enumerate(NAMES, start=1)
    )


def programs(profile: Profile, password: str) -> Sequence[Program]:
    """Start them beside each other: a member of a new group is ready only after it has seen the others."""
    group = members(profile)
    return [program_of(member, group, folder=profile.data(KEY), password=password) for member in group]
