"""Kafka's brokers from one template: one alone, or three, of which any may be lost."""

from __future__ import annotations

import base64
import os
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import KAFKA_LIBS, ROOT, tool
from deploy.local.run.probes import HOST, accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KAFKA_TEMPLATE = ROOT / "deploy" / "kafka" / "server.properties"
KAFKA_LOGGING = ROOT / "deploy" / "kafka" / "log4j2.yaml"
# A local broker needs little memory and must start quickly; one thread of collection is enough on two cores.
JAVA_OPTIONS = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


# A whole stop ends the brokers one after the other, and the last ones are no majority that could say goodbye to.
STOP_SECONDS, STOP_SECONDS_IN_GROUP = 30, 10
# Three JVMs that start at once on two busy cores.
READY_SECONDS = 300
# Acknowledged means: on two of three. One broker alone has all there is.
COPIES, SAFE_COPIES = 3, 2


def kafka(profile: Profile) -> Program:
    return _broker(profile, "kafka", ["kafka"])


def kafka_group(profile: Profile) -> Sequence[Program]:
    names = profile.topology.members("kafka")
    return [_broker(profile, name, names) for name in names]


def _broker(profile: Profile, name: str, names: Sequence[str]) -> Program:
    data = profile.data(name)
    properties = data.parent / f"{name}.properties"
    java = [
        tool("java") or "java",
        *JAVA_OPTIONS,
        f"-Dlog4j2.configurationFile={KAFKA_LOGGING}",
        "-cp",
        f"{KAFKA_LIBS}/*",
    ]

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        properties.write_text(kafka_properties(profile, name, names), encoding="utf-8")
        if not (data / "meta.properties").exists():
            _format(java, properties, _cluster_id(data.parent / f"{names[0]}.cluster"))

    return Program(
        name=name,
        command=[*java, "kafka.Kafka", str(properties)],
        ports=[profile.port(name), profile.port(f"{name}-controller")],
        ready=accepts(profile.port(name)),
        prepare=prepare,
        stop_seconds=STOP_SECONDS if len(names) == 1 else STOP_SECONDS_IN_GROUP,
        ready_seconds=READY_SECONDS,
    )


def kafka_properties(profile: Profile, name: str = "kafka", names: Sequence[str] = ("kafka",)) -> str:
    """`names` are all brokers of the cluster: each of them votes."""
    text = KAFKA_TEMPLATE.read_text(encoding="utf-8")
    controllers = [f"{node}@{HOST}:{profile.port(f'{each}-controller')}" for node, each in enumerate(names, start=1)]
    values = {
        "@NODE@": str(names.index(name) + 1),
        "@VOTERS@": ",".join(controllers),
        "@RACK@": profile.topology.place_of(name),
        "@PORT@": str(profile.port(name)),
        "@CONTROLLER_PORT@": str(profile.port(f"{name}-controller")),
        "@DATA@": str(profile.data(name)),
        "@COPIES@": str(min(COPIES, len(names))),
        "@SAFE_COPIES@": str(min(SAFE_COPIES, len(names))),
    }
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _cluster_id(note: Path) -> str:
    """One for all brokers, whichever of them asks first; one whose data was deleted joins the same cluster again."""
    made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    mine = note.with_name(f"{note.name}.{made}")
    mine.write_text(made, encoding="ascii")
    try:
        os.link(mine, note)
    except FileExistsError:
        pass
    finally:
        mine.unlink()
    return note.read_text(encoding="ascii")


def _format(java: Sequence[str], properties: Path, cluster: str) -> None:
    # One word: an id may begin with a dash.
    command = [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "--config", str(properties)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotGoOn(what="Kafka's data directory", why=made.stdout + made.stderr, do="make clean, then try again")
