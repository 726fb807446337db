"""One Redis, alone or as a member of a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.places import tool
from deploy.local.run.probes import HOST, answers
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

# Every write is in the append-only file; `save ""` because a second copy as a snapshot adds nothing here.
KEEP = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxclients", "4000")


def redis(profile: Profile) -> Program:
    data = profile.data("redis")
    return server(profile, "redis", data, prepare=lambda: data.mkdir(parents=True, exist_ok=True))


def server(
    profile: Profile,
    name: str,
    data: Path,
    *,
    prepare: Callable[[], None],
    file: Sequence[str] = (),
    more: Sequence[str] = (),
    pause_seconds: float = 3,
) -> Program:
    """`file`: the one that Redis may write to; what stands in the command is stronger at each start."""
    port = profile.port(name)
    listen = ["--bind", HOST, "--port", str(port), "--dir", str(data)]
    return Program(
        name=name,
        command=[
            *(tool("redis-server") or "redis-server", *file),
            *(*listen, *KEEP, *more, "--maxmemory-policy", "noeviction"),
        ],
        ports=[port],
        ready=answers(port, send=b"PING\r\n", expect=b"+PONG"),
        prepare=prepare,
        pause_seconds=pause_seconds,
    )
