"""Our own processes: which there are, how each is started, and the jobs that must succeed before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploy.local.places import ROOT, SERVICES, VENV_PYTHON
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

PYTHON = str(VENV_PYTHON)
MAINS = ("main-1", "main-2")
QUEUES = ("queue-1", "queue-2")
# name of the program → the command of manage.py
WORKERS = {
    "relay-outbox": "relay_outbox",
    "issue-coupons": "issue_coupons",
    "deliver-notifications": "deliver_notifications",
}


def all_of(profile: Profile) -> list[Program]:
    mains = [_main(profile, name) for name in MAINS]
    workers = [_worker(profile, name, command) for name, command in WORKERS.items()]
    queues = [_queue(profile, name) for name in QUEUES]
    return [*mains, *workers, *queues, _chat_worker(profile)]


def _main(profile: Profile, name: str) -> Program:
    port = profile.port(name)
    return _ours(profile, name, "main", [PYTHON, "manage.py", "serve", "--host", HOST, "--port", str(port)])


def _worker(profile: Profile, name: str, command: str) -> Program:
    port = profile.port(name)
    return _ours(profile, name, "main", [PYTHON, "manage.py", command, "--metrics-port", str(port)])


def _queue(profile: Profile, name: str) -> Program:
    own = {"QUEUE_PORT": str(profile.port(name)), "QUEUE_INSTANCE": name}
    return _ours(profile, name, "queue", [PYTHON, "-m", "coupon_queue"], own)


def _chat_worker(profile: Profile) -> Program:
    return _ours(profile, "chat-worker", "chat-worker", [PYTHON, "-m", "chat_worker"])


def _ours(
    profile: Profile, name: str, service: str, command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Program:
    port = profile.port(name)
    return Program(
        name=name,
        command=command,
        ports=[port],
        ready=serves(f"http://{HOST}:{port}/readyz"),
        cwd=SERVICES / service,
        environment=environment or {},
        stops_first=True,
    )


# Jobs: (title, command, folder). Each one may be run again and again.
Job = tuple[str, Sequence[str], str]


def topics_job(brokers: str) -> Job:
    script = str(ROOT / "deploy" / "kafka" / "create_topics.py")
    return "topics", [PYTHON, script, "--brokers", brokers, "--replication-factor", "1"], "contracts"


MIGRATE: Job = ("migrations", [PYTHON, "manage.py", "migrate", "--no-input"], "main")
SEED: Job = ("seed data", [PYTHON, "manage.py", "seed"], "main")
