"""What Redis itself counted: how often each command ran, inside Lua scripts too, and for how long."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from redis import Redis


class Count(NamedTuple):
    calls: int
    microseconds: int


NOTHING = Count(0, 0)


def command_counts(redis: Redis) -> dict[str, Count]:
    """By command, since the server's start. A script's time holds that of the commands in it."""
    stats = cast(dict[str, dict[str, Any]], redis.info("commandstats"))
    return {
        name.removeprefix("cmdstat_"): Count(int(facts["calls"]), int(facts["usec"])) for name, facts in stats.items()
    }
