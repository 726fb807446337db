"""The servers that come from one place only: Redis and Kafka."""

from __future__ import annotations

import base64
import subprocess
import uuid
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import KAFKA_LIBS, ROOT, tool
from deploy.local.run.probes import accepts, answers
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KAFKA_TEMPLATE = ROOT / "deploy" / "kafka" / "server.properties"
KAFKA_LOGGING = ROOT / "deploy" / "kafka" / "log4j2.yaml"
# A local broker needs little memory and must start quickly; one thread of collection is enough on two cores.
JAVA_OPTIONS = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def redis(profile: Profile) -> Program:
    data, port = profile.data("redis"), profile.port("redis")
    listen = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(data)]
    # Every write is in the append-only file; `save ""` because a second copy as a snapshot adds nothing here.
    keep = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxclients", "4000"]
    return Program(
        name="redis",
        command=[tool("redis-server") or "redis-server", *listen, *keep, "--maxmemory-policy", "noeviction"],
        ports=[port],
        ready=answers(port, say=b"PING\r\n", hear=b"+PONG"),
        prepare=lambda: data.mkdir(parents=True, exist_ok=True),
    )


def kafka(profile: Profile) -> Program:
    data = profile.data("kafka")
    properties = data.parent / "kafka.properties"
    java = [
        tool("java") or "java",
        *JAVA_OPTIONS,
        f"-Dlog4j2.configurationFile={KAFKA_LOGGING}",
        "-cp",
        f"{KAFKA_LIBS}/*",
    ]

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        properties.write_text(kafka_properties(profile), encoding="utf-8")
        if not (data / "meta.properties").exists():
            _format(java, properties)

    return Program(
        name="kafka",
        command=[*java, "kafka.Kafka", str(properties)],
        ports=[profile.port("kafka"), profile.port("kafka-controller")],
        ready=accepts(profile.port("kafka")),
        prepare=prepare,
        stop_seconds=30,
    )


def kafka_properties(profile: Profile) -> str:
    text = KAFKA_TEMPLATE.read_text(encoding="utf-8")
    values = {
        "@PORT@": str(profile.port("kafka")),
        "@CONTROLLER_PORT@": str(profile.port("kafka-controller")),
        "@DATA@": str(profile.data("kafka")),
    }
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _format(java: list[str], properties: Path) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # One word: an id may begin with a dash.
    command = [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", str(properties)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotGoOn(what="Kafka's data directory", why=made.stdout + made.stderr, do="make clean, then try again")
