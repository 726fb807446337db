"""`make test`: each part in a pytest run of its own, on servers of its own, and at the end what failed.

Tests never meet a developer's data: they have the profiles `test` and `lite`, which begin empty each time.
Three lanes go side by side, since most of a run is waiting for disks and clocks, also on two cores: main on MySQL, main
on MariaDB, and beside the first, on the same servers, the parts that keep their topics and databases to themselves.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from deploy.local.console import Console
from deploy.local.develop import last_release
from deploy.local.develop.cleaning import clean
from deploy.local.develop.test_programs import PartRuns
from deploy.local.engines import mysql_group
from deploy.local.failure import CannotGoOn, tail
from deploy.local.images import building
from deploy.local.install import node
from deploy.local.monitoring.pipeline import install as pipeline
from deploy.local.places import LOCAL, ROOT, SERVICES, SETUP_LOGS, VENV_PYTHON, WEB, shown, tool
from deploy.local.run.system import System, profile_for
from deploy.local.settings import secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.given import for_children

CLOSING_LINES = 3
LINES_OF_A_FAILURE = 150
LINES_OF_A_SUMMARY = 8
LONGEST_LINE = 300
# Of pytest and vitest: a failed test, what an assertion saw, the closing line.
SUMMARY = re.compile(r"(FAILED|ERROR) \S+\.py|\s*FAIL\s|E  +\S|=+ .* in [\d.]+s")
# Needs the release before this one, which a clone without history does not have.
VERSIONS = "versions"
# Look into, and run, what `make images` and `make monitoring-test` have built.
IMAGES, PIPELINE = "images", "pipeline"


class Ground(Enum):
    """What runs while the tests do."""

    SERVERS = "servers"
    WHOLE = "whole"
    LITE = "lite"


LANES = ((Ground.SERVERS, Ground.WHOLE), (Ground.LITE,))


@dataclass(frozen=True)
class Part:
    name: str
    ground: Ground
    folder: Path
    command: Sequence[str]
    paths: Sequence[str] = ()
    """What the command runs, below the folder; empty where the command knows by itself."""
    beside: bool = False
    """Runs while the other parts of its ground do."""
    starts_its_own: bool = False
    """Two zones, and needs nothing of its ground."""

    def missing(self) -> str | None:
        """Why there is nothing to run here."""
        # CI has to have it.
        if self.name == VERSIONS and not os.environ.get("CI") and (no_history := last_release.missing()):
            return no_history
        if self.name == IMAGES and not building.of_this_commit():
            return "make images has built none of this commit"
        if self.name == PIPELINE and not pipeline.is_installed():
            return "make monitoring-test builds what it needs"
        if self.starts_its_own and (why := mysql_group.refusal()):
            return f"two zones need MySQL as a group, and {why}"
        missing = [shown(self.folder / path) for path in self.paths if not (self.folder / path).is_dir()]
        return f"there is no {', no '.join(missing)}" if missing else None


PYTEST = (str(VENV_PYTHON), "-m", "pytest", "--color=no", "-p", "no:cacheprovider")


def _service(
    name: str, ground: Ground = Ground.SERVERS, *, label: str = "", beside: bool = False, less: Sequence[str] = ()
) -> Part:
    label = label or (f"{name}-lite" if ground is Ground.LITE else name)
    return _pytest(label, ground, SERVICES / name, ["."], less=less, beside=beside)


def _tests(name: str, ground: Ground = Ground.SERVERS) -> Part:
    return _pytest(name, ground, ROOT, [f"tests/{name}"], beside=ground is Ground.SERVERS)


def _pytest(
    name: str, ground: Ground, folder: Path, paths: Sequence[str], *, less: Sequence[str] = (), beside: bool = False
) -> Part:
    return Part(name, ground, folder, [*PYTEST, *(f"--ignore={path}" for path in less), *paths], paths, beside)


# The engine below has no part in these: what main's document allows and forbids, who asks and in what words, providers
# and second factors, sockets, the sending and fan-out of chat, the server. They run on MySQL; what MariaDB does
# otherwise is tested rule by rule.
_SAME_ON_EVERY_ENGINE = (
    *(f"accounts/tests/{part}" for part in ("second_factor", "social")),
    *(f"chat/tests/{part}" for part in ("live", "socket", "test_process.py")),
    *("api", "blocks", "favourites", "messaging", "page_reports", "serving"),
)

_RELEASES = ("tests/deploy/backup", "tests/deploy/rolling")

PARTS = (
    _service("main"),
    *(_service(name, beside=True) for name in ("contracts", "kit", "chat-worker")),
    _pytest("deploy", Ground.SERVERS, ROOT, ["tests/deploy"], less=_RELEASES, beside=True),
    *(
        _tests(name)
        for name in ("architecture", "harness", "demo", "faults", "bench", "rehearsal", "restore", VERSIONS)
    ),
    Part("web", Ground.SERVERS, WEB, node.npm("test"), beside=True),
    _tests("e2e", Ground.WHOLE),
    # The last leaves another release behind.
    *(_tests(name, Ground.WHOLE) for name in (IMAGES, PIPELINE, "rollouts")),
    _service("main", Ground.LITE, less=_SAME_ON_EVERY_ENGINE),
    _service("chat-worker", Ground.LITE),
    # Redis and Kafka are the same on either ground, and queue needs no other server: it fills the shorter lane.
    _service("queue", Ground.LITE, label="queue"),
    # Its servers are its own: it fills the shorter lane too.
    _pytest("releases", Ground.LITE, ROOT, _RELEASES),
    # One of its two zones is lost. After the tests of the whole system, which it would starve.
    replace(_tests("zones", Ground.WHOLE), starts_its_own=True),
)


def run_tests(choices: Choices, *, only: str | None) -> int:
    """The exit code: 0 only when every part passed."""
    wanted = chosen_parts(only)
    if os.environ.get("CI"):
        _insist_on_first_choice(choices)
    secrets_store.make_missing()  # before there are two who would make them
    with Console() as console, PartRuns() as runs, ThreadPoolExecutor(len(LANES)) as pool:
        for part in [part for part in wanted if part.missing()]:
            console.say(f"{part.name}: not run, {part.missing()}")
        runnable = [part for part in wanted if not part.missing()]
        try:
            lanes = [pool.submit(_lane, lane, runnable, choices, console, runs) for lane in LANES]
            results = {name: result for lane in lanes for name, result in lane.result().items()}
        except BaseException:
            runs.end_all()  # else the pool would wait for tests that nobody waits for any more
            raise
    return _conclude(results)


def _lane(
    grounds: Iterable[Ground], parts: Sequence[Part], choices: Choices, console: Console, runs: PartRuns
) -> dict[str, str]:
    """One ground after the other."""
    results: dict[str, str] = {}
    for ground in grounds:
        here = [part for part in parts if part.ground is ground]
        if here:
            results |= _on(ground, here, choices, console, runs)
    return results


def chosen_parts(only: str | None) -> list[Part]:
    """`ONLY=main` is both its runs, `ONLY=main-lite` the second."""
    parts = [part for part in PARTS if only in {None, part.name, part.name.removesuffix("-lite")}]
    if not parts:
        names = ", ".join(part.name for part in PARTS)
        raise CannotGoOn(what=f"ONLY={only}", why="there is no such part", do=f"choose one of {names}")
    return parts


def _insist_on_first_choice(choices: Choices) -> None:
    """A developer's machine may do with less, and says so. What CI has passed must have passed on the real ones."""
    compromises = System(profile_for("test", choices), choices, whole=False).compromises
    if compromises:
        raise CannotGoOn(
            what="CI tests on the first choice of each database",
            why="\n".join(f"{kind}: {wanted} could not be installed" for kind, wanted in compromises.items()),
            do=f"read {shown(SETUP_LOGS)}; CI= make test takes what can be had",
        )


def _on(ground: Ground, parts: Sequence[Part], choices: Choices, console: Console, runs: PartRuns) -> dict[str, str]:
    if all(part.starts_its_own for part in parts):
        return _row(parts, {}, console, runs)
    name = "lite" if ground is Ground.LITE else "test"
    profile = profile_for(name, choices)
    clean(name)
    system = System(
        profile, choices.without_databases() if profile.always_lite else choices, whole=ground is Ground.WHOLE
    )
    console.say(f"profile {name}: {', '.join(f'{kind} = {title}' for kind, title in system.engine_titles.items())}")
    try:
        with system.running(console), ThreadPoolExecutor(2) as pool:
            rows = [[part for part in parts if part.beside is beside] for beside in (False, True)]
            done = [pool.submit(_row, row, system.variables, console, runs) for row in rows]
            return {name: result for row in done for name, result in row.result().items()}
    except CannotGoOn as failure:
        print(failure, flush=True)
        return {part.name: "its servers did not start" for part in parts}


def _row(parts: Sequence[Part], variables: Mapping[str, str], console: Console, runs: PartRuns) -> dict[str, str]:
    """One part after the other."""
    return {part.name: _run(part, {} if part.starts_its_own else variables, console, runs) for part in parts}


def _run(part: Part, variables: Mapping[str, str], console: Console, runs: PartRuns) -> str:
    """The word `passed`, or what happened instead."""
    log = LOCAL / "logs" / "tests" / f"{part.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    own = {"SALON_CHROMIUM": tool("chromium") or "", **node.environment()}
    console.say(f"{part.name}: {' '.join(part.command[1:])}")
    began = time.monotonic()
    with console.watching(part.name):
        exit_code = runs.run(part.command, folder=part.folder, variables=for_children({**variables, **own}), log=log)
    passed = exit_code == 0
    closing = tail(log, CLOSING_LINES if passed else LINES_OF_A_FAILURE)
    # In one piece: the other lane writes too.
    console.say(f"{part.name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.0f} s\n{closing}")
    return "passed" if passed else f"exit code {exit_code}, see {shown(log)}{what_failed(log)}"


def what_failed(log: Path) -> str:
    """The end of the runner's own summary, each line on one of its own: for whoever sees only the end of a run."""
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if SUMMARY.match(line)]
    return "".join(f"\n    {line[:LONGEST_LINE]}" for line in lines[-LINES_OF_A_SUMMARY:])


def _conclude(results: Mapping[str, str]) -> int:
    failed = {name: result for name, result in results.items() if result != "passed"}
    print("\nparts of make test:", flush=True)
    for name, result in results.items():
        if name not in failed:
            print(f"  {name:18} {result}")
    # Last, for whoever sees only the end.
    for name, result in failed.items():
        print(f"  {name:18} {result}")
    if failed or not results:
        print(f"\nFAILED: {', '.join(failed) or 'no part was run'}", flush=True)
        return 1
    return 0
