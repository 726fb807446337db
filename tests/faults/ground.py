"""What the faults happen to: MySQL, Kafka and Redis, two queue instances, main's issuer and relay."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.engines import choice, servers
from deploy.local.places import SECRETS, SERVICES
from deploy.local.run import processes
from deploy.local.run.probes import serves
from deploy.local.run.program import Program
from deploy.local.settings import environment, secrets_store
from tests.faults.places import FAULTS, HOST, LOGS, NOTHING_GIVEN, PROFILE, QUEUE_FOLDER
from tests.faults.servers.in_main import InMain
from tests.faults.servers.redis_group import LoneRedis, RedisGroup
from tests.faults.servers.victim import Victim


@dataclass
class Ground(InMain):
    """MySQL and Kafka, which all cases share, each on its own event."""

    mysql: Victim
    kafka: Victim


@dataclass
class Scene:
    """Around one event: Redis, two queues, main's workers."""

    ground: Ground
    redis: LoneRedis | RedisGroup
    queues: list[Victim]
    workers: dict[str, Victim] = field(default_factory=dict)

    def queue_url(self, index: int) -> str:
        return f"http://{HOST}:{self.queues[index].program.ports[0]}"


@contextmanager
def ground() -> Iterator[Ground]:
    """Empty at the start, gone at the end."""
    secrets_store.make_missing()
    for old in (PROFILE.state / "data", LOGS):
        shutil.rmtree(old, ignore_errors=True)
    FAULTS.mkdir(parents=True, exist_ok=True)
    variables = environment.variables(PROFILE, environment.servers(PROFILE, NOTHING_GIVEN))
    variables |= {"MAIN_REDIS_URL": LoneRedis.url, "MAIN_LOG_FORMAT": "json", "QUEUE_LOG_FORMAT": "json"}
    password = (SECRETS / secrets_store.DATABASE_PASSWORD).read_text().strip()
    (mysql,) = choice.chosen("mysql", lite=False).programs(PROFILE, password)
    with ExitStack() as stack:
        victims = [Victim(mysql), Victim(servers.kafka(PROFILE))]
        for victim in victims:
            stack.callback(victim.stop)
            PROFILE.data(victim.program.name).mkdir(parents=True, exist_ok=True)
            victim.start()
        brokers = variables["QUEUE_KAFKA_BROKERS"]
        for _, command, folder in (processes.topics_job(brokers), processes.MIGRATE):
            _run(command, SERVICES / folder, variables)
        yield Ground(variables=variables, mysql=victims[0], kafka=victims[1])


@contextmanager
def scene(
    ground: Ground,
    *,
    redis: LoneRedis | RedisGroup | None = None,
    queue_settings: Mapping[str, str] | None = None,
    queue_folder: Path = QUEUE_FOLDER,
    queue_prefix: tuple[str, ...] = (),
) -> Iterator[Scene]:
    """`queue_folder` holds the package `coupon_queue`: the product's, or a copy that a control has spoiled."""
    store = redis or LoneRedis()
    variables = {**ground.variables, "MAIN_REDIS_URL": store.url, "QUEUE_REDIS_URL": store.url}
    variables |= {f"QUEUE_{key.upper()}": value for key, value in (queue_settings or {}).items()}
    every = {program.name: program for program in processes.all_of(PROFILE)}
    queues = [Victim(_queue(every[name], queue_folder, queue_prefix), variables) for name in processes.queues(PROFILE)]
    workers = {name: Victim(every[name], variables) for name in ("relay-outbox", "issue-coupons")}
    with ExitStack() as stack:
        stack.callback(store.stop)
        store.start()
        for victim in (*queues, *workers.values()):
            stack.callback(victim.stop)
            victim.begin()
        for victim in (*queues, *workers.values()):
            victim.wait_until_ready()
        yield Scene(ground=ground, redis=store, queues=queues, workers=workers)


def _queue(program: Program, folder: Path, prefix: tuple[str, ...]) -> Program:
    port = program.ports[0]
    return Program(
        name=program.name,
        command=[*prefix, *program.command],
        ports=program.ports,
        ready=serves(f"http://{HOST}:{port}/readyz"),
        cwd=folder,
        environment=program.environment,
    )


def _run(command: Any, folder: Path, variables: Mapping[str, str]) -> None:
    ran = subprocess.run(command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"{command} failed:\n{ran.stderr[-2000:]}")
