"""The table of processes as programs of one profile, and the jobs that must succeed before them."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.local.places import ROOT, SERVICES, VENV_PYTHON
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile
from deploy.processes import JOBS, Process, names_of

PYTHON = str(VENV_PYTHON)
# Longer than the 30 s that a request may take; supervisord kills what is still there then.
STOP_SECONDS = 40


def mains(profile: Profile) -> tuple[str, ...]:
    return names_of("main", "serve", profile.topology.processes)


def queues(profile: Profile) -> tuple[str, ...]:
    return names_of("queue", "coupon_queue", profile.topology.processes)


def all_of(profile: Profile) -> list[Program]:
    return [_program(profile, process) for process in profile.topology.processes]


def _program(profile: Profile, process: Process) -> Program:
    port = profile.port(process.name)
    return Program(
        name=process.name,
        command=[PYTHON, *process.arguments(host=HOST, port=port)],
        ports=[port],
        ready=serves(f"http://{HOST}:{port}/readyz"),
        cwd=SERVICES / process.service,
        environment=process.own_environment(host=HOST, port=port),
        stops_first=True,
        stop_seconds=STOP_SECONDS,
    )


# Title, command, folder under services/. Each one may be run again and again.
Job = tuple[str, Sequence[str], str]


def topics_job(brokers: str, copies: int = 1) -> Job:
    script = str(ROOT / "deploy" / "kafka" / "create_topics.py")
    return "topics", [PYTHON, script, "--brokers", brokers, "--replication-factor", str(copies)], "contracts"


# In a place that was restored: Kafka begins empty, and queue learns of events from it alone.
ANNOUNCE: Job = ("announcements", [PYTHON, "manage.py", "announce_events"], "main")
MIGRATE, SEED = ((job.title, [PYTHON, *job.command], job.service) for job in JOBS)
