"""Redis and Kafka of the bench: empty at the start, on their own ports, gone at the end."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Producer

from deploy.local.engines import servers
from deploy.local.places import SERVICES
from deploy.local.run import processes
from deploy.local.run.supervision import Supervision
from deploy.local.settings import environment, secrets_store
from deploy.local.settings.dotenv import Choices
from salon_contracts.events.envelope import Event
from tests.bench.places import PROFILE

NOTHING_GIVEN = Choices(
    salon_port=PROFILE.web_port, lite=False, mysql_url=None, redis_url=None, kafka_brokers=None, mongodb_url=None
)


def variables() -> dict[str, str]:
    """What the services read from their environment."""
    return environment.variables(PROFILE, environment.servers(PROFILE, NOTHING_GIVEN))


@contextmanager
def redis_and_kafka() -> Iterator[None]:
    secrets_store.make_missing()
    shutil.rmtree(PROFILE.state / "data", ignore_errors=True)
    programs = [servers.redis(PROFILE), servers.kafka(PROFILE)]
    with Supervision(PROFILE, programs, variables()) as supervision:
        for program in programs:
            supervision.start(program.name)
        make_topics()
        yield


def make_topics() -> None:
    _, command, folder = processes.topics_job(variables()["QUEUE_KAFKA_BROKERS"])
    subprocess.run(command, cwd=SERVICES / folder, check=True, stdout=subprocess.DEVNULL)


def publish(event: Event) -> None:
    """Put one event on its topic. Raises RuntimeError when Kafka did not take it."""
    producer = Producer({"bootstrap.servers": variables()["QUEUE_KAFKA_BROKERS"], "acks": "all"})
    failures: list[object] = []
    producer.produce(
        event.topic,
        key=event.key,
        value=event.to_bytes(),
        on_delivery=lambda error, _: failures.append(error) if error else None,
    )
    if producer.flush(15) or failures:
        raise RuntimeError(f"Kafka did not take {event.topic}: {failures}")
