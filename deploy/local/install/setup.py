"""`make setup`: everything that is missing is installed, beside each other where it can be.

Uses the standard library only, because it runs on the system's Python before there is anything else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.console import Console
from deploy.local.engines import choice, mysql_group
from deploy.local.engines.engine import Engine
from deploy.local.failure import CannotGoOn
from deploy.local.install import debian, web_client
from deploy.local.install.steps import Step, logged, run_steps
from deploy.local.places import KAFKA_LIBS, OUR_PACKAGES, ROOT, VENV, VENV_PYTHON
from deploy.local.settings.dotenv import Choices
from deploy.topology import HA

LOCK = ROOT / "requirements-dev.lock"
KAFKA_POM = ROOT / "deploy" / "kafka" / "pom.xml"


@dataclass(frozen=True)
class Wish:
    """What a command needs to be there."""

    servers: bool = True
    page: bool = True
    chromium: bool = False
    # LITE's engines beside the first choice, as the tests want both.
    both_engines: bool = False
    # The balancer too, whatever TOPOLOGY says: tests ask it whether its configuration is one.
    two_zones: bool = False
    # What watches a system; tests ask it whether its rules are right.
    monitoring: bool = False


def set_up(choices: Choices, wish: Wish, *, ask_again: bool) -> None:
    """Raises CannotGoOn. `ask_again`: try the best engine once more, although a lesser one was taken before."""
    with Console() as console:
        picks = _pick_engines(choices, wish, ask_again=ask_again)
        failures = run_steps(_steps(picks, choices, wish), console)
        while failures:
            picks = _next_best(picks, failures, console)
            failures = run_steps(_steps(picks, choices, wish), console)
        for (kind, lite), engine in picks.items():
            choice.remember(kind, engine, lite=lite)


Picks = dict[tuple[str, bool], Engine]


def _pick_engines(choices: Choices, wish: Wish, *, ask_again: bool) -> Picks:
    if not wish.servers:
        return {}
    given = {"mysql": choices.mysql_url, "mongodb": choices.mongodb_url}
    picks: Picks = {}
    for kind, engines in choice.KINDS.items():
        for lite in {choices.lite, choices.lite or wish.both_engines}:
            if given.get(kind) and not lite:
                continue
            known = None if ask_again else choice.remembered(kind, lite=lite)
            possible = choice.candidates(engines, lite=lite)
            if not possible:
                raise choice.none_can_be_had(kind)
            picks[kind, lite] = known or possible[0]
    return picks


def _next_best(picks: Picks, failures: dict[str, CannotGoOn], console: Console) -> Picks:
    """Where only an engine could not be installed, the next one of its kind. Any other failure ends setup."""
    if debian.STEP in failures:
        # Every engine needs it, the smallest one too.
        raise failures[debian.STEP]
    better: Picks = {}
    unexplained = dict(failures)
    for (kind, lite), engine in picks.items():
        broken = [step.name for step in engine.steps() if step.name in failures]
        if not broken:
            continue
        possible = list(choice.candidates(choice.KINDS[kind], lite=lite))
        rest = possible[possible.index(engine) + 1 :]
        if not rest:
            raise failures[broken[0]]
        console.say(f"{engine.TITLE} cannot be had: {failures[broken[0]].what}. Taking {rest[0].TITLE} instead")
        better[kind, lite] = rest[0]
        for name in broken:
            unexplained.pop(name, None)
    if unexplained:
        raise next(iter(unexplained.values()))
    return {**picks, **better}


def _steps(picks: Picks, choices: Choices, wish: Wish) -> Sequence[Step]:
    wanted = list(debian.FOR_RUNNING if wish.servers else debian.FOR_CHECKING)
    wanted += debian.FOR_TESTING if wish.chromium else ()
    wanted += debian.FOR_MONITORING if wish.monitoring else ()
    wanted += debian.FOR_TWO_ZONES if wish.two_zones or choices.topology == HA.name else ()
    wanted += mysql_group.DEBIAN if choices.topology == HA.name else ()
    wanted += [pair for engine in picks.values() for pair in engine.DEBIAN]
    with_kafka = wish.servers and not choices.kafka_brokers
    steps = [debian.step(wanted, java=with_kafka), _python_packages()]
    steps += [_kafka()] if with_kafka else []
    steps += [step for engine in picks.values() for step in engine.steps()]
    steps += mysql_group.steps() if choices.topology == HA.name and not choices.mysql_url else []
    steps += web_client.steps() if wish.page else []
    return list({step.name: step for step in steps}.values())


def _python_packages() -> Step:
    return Step(
        name="python",
        title="Python packages",
        run=_install_python_packages,
        inputs=[LOCK, sys.version, *(package / "pyproject.toml" for package in OUR_PACKAGES)],
        needs=["debian"],
        there=VENV_PYTHON.exists,
    )


def _install_python_packages(log: Path) -> None:
    if not VENV_PYTHON.exists():
        logged(log, [sys.executable, "-m", "venv", VENV])
    logged(log, [VENV_PYTHON, "-m", "pip", "install", "--require-hashes", "-r", LOCK])
    # Editable: what is changed in the checkout is what runs. The lock has what they need, and what builds them.
    ours = [word for package in OUR_PACKAGES for word in ("--editable", package)]
    logged(log, [VENV_PYTHON, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", *ours])


def _kafka() -> Step:
    return Step(
        name="kafka",
        title="Apache Kafka 4.3.1 from Maven Central",
        run=_install_kafka,
        inputs=[KAFKA_POM],
        needs=["debian"],
        there=lambda: any(KAFKA_LIBS.glob("kafka_*.jar")),
    )


def _install_kafka(log: Path) -> None:
    for jar in KAFKA_LIBS.glob("*.jar"):
        jar.unlink()
    # The plug-in by its whole name: its version is then the one in pom.xml, and Maven asks no list of short names.
    copy = "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies"
    logged(log, ["mvn", "-B", "-q", "-f", KAFKA_POM, copy, f"-DoutputDirectory={KAFKA_LIBS}"])
