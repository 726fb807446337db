"""The table of processes as programs of one profile, and the jobs that must succeed before them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deploy.local.places import ROOT, SERVICES, VENV_PYTHON
from deploy.local.releases.release import Release
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile
from deploy.processes import JOBS, PHOTO_STORE, Process, names_of
from deploy.processes import Job as TableJob

PYTHON = str(VENV_PYTHON)
# Longer than the 30 s that a request may take; supervisord kills what is still there then.
STOP_SECONDS = 40


def mains(profile: Profile) -> tuple[str, ...]:
    return names_of("main", "serve", processes_of(profile))


def queues(profile: Profile) -> tuple[str, ...]:
    return names_of("queue", "coupon_queue", processes_of(profile))


def processes_of(profile: Profile) -> tuple[Process, ...]:
    """Those that run: as many queues as `make scale` was told last."""
    count = queues_wanted(profile)
    return profile.topology.processes if count is None else profile.topology.with_queues(count)


def queues_wanted(profile: Profile) -> int | None:
    """None where nobody has said how many."""
    path = scale_file(profile)
    return int(path.read_text(encoding="ascii")) if path.exists() else None


def scale_file(profile: Profile) -> Path:
    return profile.state / "queues"


def all_of(profile: Profile) -> list[Program]:
    return [program_of(profile, process) for process in processes_of(profile)]


def spares_of(profile: Profile) -> list[Program]:
    """Queues that do not run, and could."""
    running = {process.name for process in processes_of(profile)}
    return [program_of(profile, queue) for queue in profile.topology.queues if queue.name not in running]


def program_of(profile: Profile, process: Process) -> Program:
    port = profile.port(process.name)
    return Program(
        name=process.name,
        command=[PYTHON, *process.arguments(host=HOST, port=port)],
        ports=[port],
        ready=serves(f"http://{HOST}:{port}/readyz"),
        cwd=SERVICES / process.service,
        environment=process.own_environment(host=HOST, port=port),
        stops_first=True,
        # Where everything ends nobody has to be led elsewhere: it says goodbye and does not wait (SIGTERM does).
        stop_signal="INT",
        stop_seconds=STOP_SECONDS,
        of_a_release=True,
    )


# Title, command, folder (that of the checkout is taken as under services/). Each one may be run again and again.
Job = tuple[str, Sequence[str], str]


def topics_job(brokers: str, copies: int = 1, password_file: Path | None = None) -> Job:
    script = str(ROOT / "deploy" / "kafka" / "create_topics.py")
    words = [PYTHON, script, "--brokers", brokers, "--replication-factor", str(copies)]
    return "topics", words + (["--password-file", str(password_file)] if password_file else []), "contracts"


def announcing(release: Release) -> Job:
    """In a place that was restored: Kafka begins empty, and queue learns of events from it alone."""
    words = [str(release.python), "manage.py", "announce_events"]
    return "announcements", words, str(release.root / "services" / "main")


def jobs_of(release: Release) -> list[Job]:
    """Migrations and seed data, as this release has them."""
    return [_of(release, job) for job in JOBS if job.name != PHOTO_STORE]


def photo_jobs_of(release: Release) -> list[Job]:
    """None of a release that is rolled back to and has no photos."""
    knows_photos = (release.root / "services" / "main" / "photos").is_dir()
    return [_of(release, job) for job in JOBS if job.name == PHOTO_STORE and knows_photos]


def _of(release: Release, job: TableJob) -> Job:
    return job.title, [str(release.python), *job.command], str(release.root / "services" / job.service)


MIGRATE, SEED = ((job.title, [PYTHON, *job.command], job.service) for job in JOBS if job.name != PHOTO_STORE)
