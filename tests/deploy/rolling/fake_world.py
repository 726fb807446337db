"""A system in memory for the steps of a deploy, whose deployer can be killed before or after anything that it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from deploy.local.rolling.carrying_out import BadRelease
from deploy.local.rolling.plan import Wave

OLD, NEW = "v1", "v2"


class Killed(BaseException):
    """As by `kill -9`: nothing is cleaned up, and nothing more is done."""


@dataclass
class FakeWorld:
    """`kill_at` counts what is done: 0 is before the first, 1 after it. `bad_at` is where the release fails."""

    waves: Sequence[Wave]
    kill_at: int | None = None
    bad_at: str | None = None
    runs_now: dict[str, str | None] = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    # Told to end, and not ended yet.
    leaving: set[str] = field(default_factory=set)
    page: str = OLD
    current: str = OLD
    migrated: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    fewest_running: int = 99

    def __post_init__(self) -> None:
        for name in self.names:
            self.runs_now[name] = OLD
            self.assigned[name] = OLD

    @property
    def names(self) -> list[str]:
        return [name for wave in self.waves for name in wave]

    def killed_at(self, kill_at: int | None) -> None:
        """For the next deployer: counted from here."""
        self.kill_at, self.done = kill_at, []

    def is_whole(self, release: str) -> bool:
        """Everything runs this release, nothing is held, and whatever starts next starts it."""
        return (
            set(self.runs_now.values()) == {release}
            and set(self.assigned.values()) == {release}
            and not self.held
            and not self.leaving
            and (self.page, self.current) == (release, release)
        )

    def migrate(self, release: str) -> None:
        self._before(f"migrate {release}")
        self.migrated.add(release)
        self._after(f"migrate {release}")

    def try_out(self, release: str) -> None:
        self._before("try out")
        self._after("try out")

    def runs(self, name: str) -> str | None:
        return self.runs_now[name]

    def is_held(self, name: str) -> bool:
        return name in self.held

    def hold(self, name: str) -> None:
        self._before(f"hold {name}")
        self.held.add(name)
        self._after(f"hold {name}")

    def stop(self, name: str) -> None:
        assert name in self.held, "whoever is not held is missed, or started again"
        self._before(f"stop {name}")
        self.leaving |= {name} if self.runs_now[name] else set()
        self._after(f"tell {name} to stop")
        self.leaving.discard(name)
        self.runs_now[name] = None
        self.fewest_running = min(self.fewest_running, sum(one is not None for one in self.runs_now.values()))
        self._after(f"stop {name}")

    def assign(self, name: str, release: str) -> None:
        assert self.runs_now[name] in {None, release}, "what runs is what is assigned"
        self._before(f"assign {name}")
        self.assigned[name] = release
        self._after(f"assign {name}")

    def start(self, name: str) -> None:
        release = self.assigned[name]
        assert name not in self.leaving, "it would end before it is ready"
        self._before(f"start {name} {release}")
        self.runs_now[name] = release
        self._after(f"start {name} {release}")

    def bake(self, wave: Wave, release: str) -> None:
        assert {self.runs_now[name] for name in wave} == {release}
        self._before(f"bake {' '.join(wave)}")
        self._after(f"bake {' '.join(wave)}")

    def let_go(self, name: str) -> None:
        self._before(f"let go {name}")
        self.held.discard(name)
        self._after(f"let go {name}")

    def show_page(self, release: str) -> None:
        self._before(f"page {release}")
        self.page = release
        self._after(f"page {release}")

    def set_current(self, release: str) -> None:
        self._before(f"current {release}")
        self.current = release
        self._after(f"current {release}")

    def _before(self, what: str) -> None:
        if self.kill_at is not None and len(self.done) >= self.kill_at:
            raise Killed
        if what == self.bad_at:
            raise BadRelease(what)

    def _after(self, what: str) -> None:
        self.done.append(what)
        self._before("")  # killed after it, and before anybody wrote that down
