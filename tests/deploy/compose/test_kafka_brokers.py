"""Kafka's brokers of docker-compose.ha.yml, run for real.

The image's own program makes the configuration from the environment that Compose gives; names and ports are this
machine's. The passwords are read from files by the brokers themselves.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from deploy.local.places import KAFKA_LIBS, ROOT, tool
from deploy.local.run.probes import accepts
from deploy.local.settings.profiles import Profile
from salon_contracts.events import topics
from salon_kit.addresses import with_password
from salon_kit.kafka.address import connection
from salon_kit.kafka.options import of_producer
from tests.deploy.compose.files import HA, plain, services, words

NAMES = ("kafka-1", "kafka-2", "kafka-3")
PASSWORD = "letters0and0digits"
PROPERTIES = "config/server.properties"
LOGGING = ROOT / "deploy" / "kafka" / "log4j2.yaml"
JAVA = (tool("java") or "java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{KAFKA_LIBS}/*")


class Brokers:
    def __init__(self, folder: Path, first_port: int) -> None:
        self._folder = folder
        self._ports = {name: first_port + 2 * number for number, name in enumerate(NAMES, start=1)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.password_file = folder / "secrets" / "kafka_password"
        self.password_file.parent.mkdir()
        self.password_file.write_text(PASSWORD)
        (self.password_file.parent / "kafka_broker_password").write_text("another0one")
        self.addresses = ",".join(f"127.0.0.1:{port}" for port in self._ports.values())
        self.signed_in = with_password(f"sasl_plaintext://salon@{self.addresses}", PASSWORD)

    def start(self) -> None:
        for name in NAMES:
            self._start(name)
        deadline = time.monotonic() + 50
        while not all(accepts(port)() for port in self._ports.values()):
            assert time.monotonic() < deadline, "the brokers do not listen"
            time.sleep(0.1)

    def kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for name in list(self._running):
            self.kill(name)

    def command_lines(self) -> list[str]:
        return [Path(f"/proc/{process.pid}/cmdline").read_text() for process in self._running.values()]

    def create_topics(self) -> subprocess.CompletedProcess[str]:
        """As the job does."""
        script, *arguments = words(services(HA)["topics"])[1:]
        here = {
            services(HA)["main-a"]["environment"]["MAIN_KAFKA_BROKERS"]: f"sasl_plaintext://salon@{self.addresses}",
            "/run/secrets/kafka_password": str(self.password_file),
        }
        command = [sys.executable, str(ROOT / Path(script).relative_to("/app")), *(here.get(w, w) for w in arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)

    def _start(self, name: str) -> None:
        own = self._folder / name
        for part in ("defaults", "mounted", "config"):
            (own / part).mkdir(parents=True)
        for file in ("log4j2.yaml", "tools-log4j2.yaml"):
            (own / "defaults" / file).write_text(LOGGING.read_text())
        (own / "defaults" / "server.properties").write_text("# not read when there is anything in the environment\n")
        folders = ("--default-configs-dir", "defaults", "--mounted-configs-dir", "mounted", "--final-configs-dir")
        environment = {"PATH": os.environ["PATH"], **self._environment(name)}
        made = subprocess.run(
            [*JAVA, "kafka.docker.KafkaDockerWrapper", "setup", *folders, "config"],
            cwd=own,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        with (own / "log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [*JAVA[:1], "-Dlog4j2.configurationFile=config/log4j2.yaml", *JAVA[1:], "kafka.Kafka", PROPERTIES],
                cwd=own,
                env={"PATH": os.environ["PATH"]},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _environment(self, name: str) -> dict[str, str]:
        """What Compose gives, on this machine."""

        def here(value: str) -> str:
            value = value.replace("/run/secrets", str(self.password_file.parent))
            value = value.replace("/var/lib/kafka/data", str(self._folder / name / "data"))
            value = re.sub(r"://:", f"://{name}:", value)
            return re.sub(
                r"(kafka-\d):(909[23])",
                lambda found: f"127.0.0.1:{self._ports[found[1]] + (found[2] == '9093')}",
                value,
            )

        return {key: here(plain(value)) for key, value in services(HA)[name]["environment"].items()}


@pytest.fixture
def brokers(tmp_path: Path, profile: Profile) -> Iterator[Brokers]:
    brokers = Brokers(tmp_path, profile.base_port + 800)
    try:
        brokers.start()
        yield brokers
    finally:
        brokers.stop()


@pytest.mark.timeout(180)
def test_three_brokers_take_only_who_signs_in_and_keep_two_copies_of_what_they_acknowledge(brokers: Brokers) -> None:
    made = brokers.create_topics()

    assert made.returncode == 0, made.stderr
    assert PASSWORD not in "".join(brokers.command_lines())
    _nobody_gets_in_without_a_password(brokers)
    _settings_are_the_safe_ones(AdminClient(connection(brokers.signed_in)))
    assert _acknowledged(brokers, delivery_timeout_ms=20_000)
    brokers.kill("kafka-3")
    assert _acknowledged(brokers, delivery_timeout_ms=20_000)
    brokers.kill("kafka-2")
    assert not _acknowledged(brokers, delivery_timeout_ms=5_000)


def _nobody_gets_in_without_a_password(brokers: Brokers) -> None:
    wrong = brokers.signed_in.replace(PASSWORD, "wrong")
    for address in (brokers.addresses, wrong):
        with pytest.raises(KafkaException):
            AdminClient({**connection(address), "log_level": 0}).list_topics(timeout=3)


def _settings_are_the_safe_ones(admin: AdminClient) -> None:
    there = admin.list_topics(timeout=10).topics
    assert {topic.name for topic in topics.ALL} <= there.keys()
    for topic in topics.ALL:
        assert {len(partition.replicas) for partition in there[topic.name].partitions.values()} == {3}
    asked = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in topics.ALL]
    asked.append(ConfigResource(ResourceType.BROKER, "1"))
    for resource, future in admin.describe_configs(asked).items():
        values = {name: entry.value for name, entry in future.result(10).items()}
        assert values["min.insync.replicas"] == "2", resource
        assert values["unclean.leader.election.enable"] == "false", resource
    assert values["auto.create.topics.enable"] == "false"
    assert values["broker.rack"] == "a"
    assert "letters0" not in str(values)


def _acknowledged(brokers: Brokers, *, delivery_timeout_ms: int) -> bool:
    producer = Producer(
        {
            **of_producer(brokers=brokers.signed_in, name="test", delivery_timeout_ms=delivery_timeout_ms),
            "log_level": 0,
        }
    )
    reported: list[bool] = []
    producer.produce(
        topics.ALL[0].name, key=b"k", value=b"v", on_delivery=lambda error, _: reported.append(error is None)
    )
    producer.flush(delivery_timeout_ms / 1000 + 5)
    return reported == [True]
