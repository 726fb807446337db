"""Redis as a play may have it: one server, or the primary, two replicas and three Sentinels of two zones."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import redis

from deploy.local.engines import servers
from deploy.local.settings import environment
from deploy.topology import HA
from tests.faults.places import HOST, NOTHING_GIVEN, PROFILE
from tests.faults.servers import zones
from tests.faults.servers.victim import Victim

GROUP = replace(PROFILE, topology=HA)


class LoneRedis:
    """One server, as `make run` has it."""

    url = environment.servers(PROFILE, NOTHING_GIVEN).redis_url

    def __init__(self, *, prefix: Sequence[str] = ()) -> None:
        program = servers.redis(PROFILE)
        shutil.rmtree(PROFILE.data(program.name), ignore_errors=True)
        self.server = Victim(replace(program, command=[*prefix, *program.command]))

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def status(self) -> redis.Redis:
        return redis.Redis(HOST, self.server.program.ports[0], decode_responses=True)


class RedisGroup:
    """`keeps_apart`: a primary without a replica takes no writes (min-replicas-to-write 1)."""

    url = environment.servers(GROUP, NOTHING_GIVEN).redis_url

    def __init__(self, *, keeps_apart: bool = True) -> None:
        programs = servers.redis_group(GROUP)
        for program in programs:
            shutil.rmtree(GROUP.data(program.name), ignore_errors=True)
        self.victims = {program.name: Victim(program) for program in programs}
        self._keeps_apart = keeps_apart

    @property
    def servers(self) -> dict[str, Victim]:
        return {name: self.victims[name] for name in GROUP.topology.members("redis")}

    def start(self) -> None:
        """Returns when the primary has its replicas and the Sentinels know all of them and each other."""
        for victim in self.victims.values():
            victim.start()
        _until(lambda: not zones.not_whole_of_redis(GROUP), what="replicas in step")
        _until(lambda: zones.sentinels_know_each_other(GROUP), what="Sentinels that know each other")
        if not self._keeps_apart:
            zones.set_min_replicas(GROUP, 0)

    def stop(self) -> None:
        for victim in reversed(self.victims.values()):
            victim.stop()

    def primary(self) -> str:
        """The server that most Sentinels name. Raises LookupError when none does."""
        return zones.primary_of_redis(GROUP)

    def replicas(self) -> list[Victim]:
        primary = self.primary()
        return [victim for name, victim in self.servers.items() if name != primary]

    def cut_off(self, primary: str) -> None:
        """Close the primary's connections to its replicas."""
        zones.cut_off_replicas(GROUP, primary)

    def wait_for_another_primary(self, than: str) -> float:
        """Seconds until the Sentinels agreed on another."""
        began = time.monotonic()
        _until(lambda: self.primary() != than, what="another primary")
        return time.monotonic() - began


def _until(happened: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {seconds:.0f} s")
        time.sleep(0.05)
