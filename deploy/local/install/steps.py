"""Installing: steps that run beside each other, each skipped when it was done before with the same inputs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn, tail
from deploy.local.places import ROOT, SETUP_LOGS, STAMPS, shown


def always() -> bool:
    return True


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    run: Callable[[Path], None]
    # Texts and files whose change makes the step run again.
    inputs: Sequence[str | Path]
    needs: Sequence[str] = ()
    # Is what it made still there? A stamp alone would trust a directory that someone deleted.
    there: Callable[[], bool] = always
    advice: str = (
        "read the log; when there is no network, try again where there is one, or use Docker: docker compose up"
    )


def run_steps(steps: Sequence[Step], console: Console) -> dict[str, CannotGoOn]:
    """Runs what is not done yet. Returns the failures by step; a step whose need failed is not run."""
    waiting = {step.name: step for step in steps if not done_before(step)}
    failures: dict[str, CannotGoOn] = {}
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(max_workers=8) as pool:
        while waiting or running:
            for step in list(waiting.values()):
                failed_needs = [need for need in step.needs if need in failures]
                if failed_needs:
                    failures[step.name] = failures[failed_needs[0]]
                    del waiting[step.name]
                elif not any(need in waiting or need in running.values() for need in step.needs):
                    running[pool.submit(_run, step, console)] = waiting.pop(step.name).name
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                name = running.pop(future)
                error = future.exception()
                if isinstance(error, CannotGoOn):
                    failures[name] = error
                elif error is not None:
                    raise error
    return failures


def done_before(step: Step) -> bool:
    stamp = STAMPS / step.name
    return stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(step.inputs) and step.there()


def fingerprint(inputs: Sequence[str | Path]) -> str:
    digest = hashlib.sha256()
    for part in inputs:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def _run(step: Step, console: Console) -> None:
    log = SETUP_LOGS / f"{step.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"{step.title}, {time.strftime('%Y-%m-%d %H:%M:%S')}\n", encoding="utf-8")
    stamp = STAMPS / step.name
    stamp.unlink(missing_ok=True)
    with console.step(step.title):
        try:
            step.run(log)
        except (OSError, subprocess.CalledProcessError) as error:
            why = f"{error}\nlast lines of {shown(log)}:\n{tail(log)}"
            raise CannotGoOn(what=step.title, why=why, do=step.advice) from error
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint(step.inputs), encoding="ascii")


def logged(
    log: Path, command: Sequence[str | Path], *, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> None:
    """One command whose output goes to the step's log. Raises CalledProcessError."""
    with log.open("a", encoding="utf-8") as out:
        print("$", *command, file=out, flush=True)
        subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=True,
        )
