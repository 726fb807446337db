"""A new release is asked by us before anybody else can: one main and one queue of it, on ports that nothing leads to.

They end with this process, whatever ends it. The same questions go to an instance of the old release at the same time,
so that a busy machine is not taken for a slow release.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failure import tail
from deploy.local.places import VENV_PYTHON
from deploy.local.releases.release import Release
from deploy.local.rolling.carrying_out import BadRelease
from deploy.local.rolling.judgement.judging import Sample, errors_of, slowness_of
from deploy.local.run.pids import pid_file
from deploy.local.run.previous_run import lock_of
from deploy.local.run.probes import HOST, serves
from deploy.local.run.supervision import END_WITH_PARENT
from deploy.local.settings.profiles import CANDIDATES, Profile
from deploy.processes import Process

# What is slow only once is a busy machine, or a connection that is opened first. A slow release is so twice.
TRIES, ASKED_AT_LEAST = 2, 24
ASKS_WITHIN_SECONDS = 5.0
_QUESTIONS_OF_QUEUE = ("/readyz", "/queue/v1/openapi.json", "/queue/v1/events/00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True)
class Trial:
    profile: Profile
    release: Release
    variables: Mapping[str, str]
    start_seconds: float


def try_out(trial: Trial, process: Process) -> tuple[Sample, Sample]:
    """What the new and the old answered. `process` is one of the old that runs. Raises BadRelease."""
    with _candidate(trial, process) as new:
        old = trial.profile.port(process.name)
        questions = _questions_of_main(old) if process.service == "main" else _QUESTIONS_OF_QUEUE
        for question in questions:  # what is asked first is slower, of whomever
            _asked(new, [question])
        rounds = math.ceil(ASKED_AT_LEAST / len(questions))
        for _ in range(TRIES):
            answers = [(_asked(new, questions), _asked(old, questions)) for _ in range(rounds)]
            of_new = sum((one for one, _ in answers), Sample())
            of_old = sum((one for _, one in answers), Sample())
            if errors := errors_of(of_new, of_old):
                raise BadRelease(f"{process.service}, tried out: {errors}")
            slowness = slowness_of(of_new, of_old)
            if slowness is None:
                return of_new, of_old
    raise BadRelease(f"{process.service}, tried out: {slowness}")


@contextmanager
def _candidate(trial: Trial, process: Process) -> Iterator[int]:
    """Its port. Raises BadRelease when it does not get ready."""
    profile, name = trial.profile, f"candidate-{process.service}"
    port = profile.base_port + CANDIDATES[process.service]
    log = profile.logs / f"{name}.log"
    words = [str(trial.release.python), *process.arguments(host=HOST, port=port)]
    own = process.own_environment(host=HOST, port=port)
    own |= {key: name for key, value in own.items() if value == process.name}
    with log.open("ab") as out:
        running = subprocess.Popen(
            [str(VENV_PYTHON), "-I", END_WITH_PARENT, str(lock_of(profile)), str(pid_file(profile, name)), *words],
            cwd=trial.release.root / "services" / process.service,
            env={**os.environ, **trial.variables, **own, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(running, port, log, seconds=trial.start_seconds)
        yield port
    finally:
        _end(running)


def _wait_until_ready(running: subprocess.Popen[bytes], port: int, log: Path, *, seconds: float) -> None:
    is_ready = serves(f"http://{HOST}:{port}/readyz")
    until = time.monotonic() + seconds
    while not is_ready():
        if running.poll() is not None or time.monotonic() > until:
            what = "ended" if running.poll() is not None else f"was not ready within {seconds:.0f} s"
            raise BadRelease(f"it does not start: {log.stem} {what}:\n{tail(log, 8)}")
        time.sleep(0.1)


def _end(running: subprocess.Popen[bytes]) -> None:
    """Nobody is led to it, so it need not wait for anybody."""
    running.send_signal(signal.SIGINT)
    try:
        running.wait(10)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def _questions_of_main(port: int) -> Sequence[str]:
    """What strangers look at: salons, one of them, and its free times."""
    fixed = ["/readyz", "/api/v1/salons?limit=20"]
    status, body = _answer(port, "/api/v1/salons?limit=1")
    items = json.loads(body)["items"] if status == 200 else []
    if not items:
        return fixed
    shown = f"/api/v1/salons/{items[0]['id']}"
    status, body = _answer(port, shown)
    salon = json.loads(body) if status == 200 else {"groomers": [], "treatments": []}
    slots = [
        f"/api/v1/groomers/{groomer['id']}/slots?treatment={salon['treatments'][0]['id']}&dog_size=small&days=7"
        for groomer in salon["groomers"][:1]
        if salon["treatments"]
    ]
    return [*fixed, shown, *slots]


def _asked(port: int, questions: Sequence[str]) -> Sample:
    errors, seconds = 0, []
    for question in questions:
        began = time.monotonic()
        status, _ = _answer(port, question)
        seconds.append(time.monotonic() - began)
        errors += status >= 500
    return Sample(len(questions), errors, tuple(seconds))


def _answer(port: int, question: str) -> tuple[int, bytes]:
    """599 where there was none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ASKS_WITHIN_SECONDS)
    try:
        connection.request("GET", question, headers={"Host": "localhost", "X-Forwarded-Proto": "http"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 599, b""
    finally:
        connection.close()
