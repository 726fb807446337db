"""The system of one profile on this machine, as a deploy acts on it (`carrying_out.World`)."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from deploy.local.failure import CannotGoOn
from deploy.local.releases import page
from deploy.local.releases.release import Shelf, current_link, lead_to
from deploy.local.rolling.instances import Instances
from deploy.local.rolling.judgement import migrating
from deploy.local.rolling.judgement.baking import Baking
from deploy.local.rolling.judgement.trying_out import Trial, try_out
from deploy.local.rolling.plan import Wave
from deploy.local.run.processes import processes_of
from deploy.local.settings.profiles import Profile
from deploy.local.zones.balancer_view import read_servers
from deploy.processes import Process
from deploy.topology import HA

# Twice what HAProxy needs to see that a zone is ready again.
BALANCER_SECONDS = 10.0


class LocalSystem:
    def __init__(
        self, profile: Profile, shelf: Shelf, *, bake_seconds: float, start_seconds: float, say: Callable[[str], None]
    ) -> None:
        self._profile = profile
        self._shelf = shelf
        self._start_seconds = start_seconds
        self._print = say
        self._names = [process.name for process in processes_of(profile)]
        self.variables = read_variables(profile)
        self.instances = Instances(profile, shelf, start_seconds=start_seconds)
        self._baking = Baking(profile, self.instances, bake_seconds)
        self.is_held = self.instances.is_held
        self.runs, self.hold, self.stop = self.instances.runs, self.instances.hold, self.instances.stop
        self.assign, self.start, self.let_go = self.instances.assign, self.instances.start, self.instances.let_go

    def migrate(self, release: str) -> None:
        new = self._shelf.named(release)
        names = migrating.pending(new, self.variables)
        migrating.insist_on_only_adding(new, names)
        if names:
            migrating.migrate(new, self.variables)
        self._print(f"  migrations: {', '.join(names) or 'none'}")

    def try_out(self, release: str) -> None:
        """Both services beside each other: what is bad is to be known soon."""
        trial = Trial(self._profile, self._shelf.named(release), self.variables, self._start_seconds)
        tried = [self._one_that_serves("main"), self._one_that_serves("queue")]
        with ThreadPoolExecutor(len(tried)) as pool:
            answers = [pool.submit(try_out, trial, process) for process in tried]
        for process, answered in zip(tried, answers, strict=True):
            new, old = answered.result()
            self._print(f"  {process.service}: new {new}; old {old}")

    def _one_that_serves(self, service: str) -> Process:
        return next(
            one
            for one in processes_of(self._profile)
            if one.service == service and ("serve" in one.command or service == "queue")
        )

    def bake(self, wave: Wave, release: str) -> None:
        if self._profile.topology is HA:
            self._wait_for_the_balancer()
        self._baking.bake(wave, release, self._names)
        for service, sample in self._baking.seen.items():
            self._print(f"  {service}: new {sample}; old {self._baking.before.get(service)}")

    def show_page(self, release: str) -> None:
        page.publish(self._profile, self._shelf.named(release), self._shelf)

    def set_current(self, release: str) -> None:
        lead_to(current_link(self._profile), self._shelf.named(release).root)

    def _wait_for_the_balancer(self) -> None:
        """The next zone may only go when this one has its share again."""
        until = time.monotonic() + BALANCER_SECONDS
        while time.monotonic() < until:
            rows = read_servers(self._profile) or {}
            if all(rows.get(("ready", zone), "").startswith("UP") for zone in self._profile.topology.zones):
                return
            time.sleep(0.2)
        raise CannotGoOn(
            what="the balancer",
            why=f"after {BALANCER_SECONDS:.0f} s it does not hold both zones ready",
            do="make topology; then make deploy CONTINUE=1, or make rollback",
        )


def read_variables(profile: Profile) -> Mapping[str, str]:
    """What the processes of the run were started with."""
    lines = (profile.state / "env.sh").read_text(encoding="utf-8").splitlines()
    pairs = (line.removeprefix("export ").partition("=") for line in lines)
    return {key: "".join(shlex.split(value)) for key, _, value in pairs}
