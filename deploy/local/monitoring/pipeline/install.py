"""What nobody packages is built from the Go module proxy: some ten minutes, once, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.console import Console
from deploy.local.engines import go_tool, sid_rootfs
from deploy.local.failure import CannotGoOn
from deploy.local.install.steps import Step, done_before, run_steps
from deploy.local.places import PARTS, ROOT

MODULES = ROOT / "deploy" / "monitoring" / "programs"


@dataclass(frozen=True)
class Built:
    """A program of a Go module of ours. `takes` is how long a small machine builds it for."""

    name: str
    title: str
    package: str
    takes: str

    @property
    def module(self) -> Path:
        return MODULES / self.name

    @property
    def program(self) -> Path:
        return PARTS / self.name / "bin" / self.name


VICTORIA_LOGS = Built(
    "victoria-logs", "VictoriaLogs 1.52", "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs", "a minute"
)
COLLECTOR = Built("collector", "OpenTelemetry's collector 0.165", ".", "four minutes")
JAEGER = Built("jaeger", "Jaeger 1.76", "github.com/jaegertracing/jaeger/cmd/jaeger", "five minutes")
# From the shortest to the longest.
ALL = (VICTORIA_LOGS, COLLECTOR, JAEGER)
WITHOUT = "make monitoring METRICS_ONLY=1 goes without logs and traces; or read the log, and try again"


def is_installed() -> bool:
    return all(done_before(step) for step in _builds())


def install(console: Console) -> Mapping[str, CannotGoOn]:
    """By the name of a program, why it could not be built."""
    if not is_installed():
        console.say("programs for logs and traces are built from their sources, about ten minutes, once")
    failures = run_steps(steps(), console)
    return {one.name: failures[one.name] for one in ALL if one.name in failures}


def steps() -> list[Step]:
    return _builds() if go_tool.on_machine() else [sid_rootfs.step(), *_builds()]


def _builds() -> list[Step]:
    first = [] if go_tool.on_machine() else [sid_rootfs.STEP]
    before = [[], *([one.name] for one in ALL)]
    # One at a time: each fills every core.
    return [_step(one, [*first, *need]) for one, need in zip(ALL, before, strict=False)]


def _step(built: Built, needs: list[str]) -> Step:
    return Step(
        name=built.name,
        title=f"{built.title} from the Go module proxy, about {built.takes}",
        run=lambda log: go_tool.build_module(built.module, built.package, built.program, log),
        inputs=[built.package, *sorted(path for path in built.module.iterdir() if path.is_file())],
        needs=needs,
        there=built.program.exists,
        advice=WITHOUT,
    )
