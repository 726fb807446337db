"""Three Kafka brokers whose controller stands beside them, so that one broker may be left alone and go on."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from deploy.local.engines import servers
from deploy.local.failure import CannotGoOn
from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile
from salon_contracts.events import topics

BROKERS = (1, 2, 3)
CONTROLLER = 100
_CLUSTER_ID = "c2Fsb24tZmF1bHRzLXRocmVlMQ"
_SAFE = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    "unclean.leader.election.enable": "false",
}


def name_of(broker: int) -> str:
    return f"kafka-{broker}"


def port_of(profile: Profile, broker: int) -> int:
    return profile.port(name_of(broker))


def brokers_of(profile: Profile) -> str:
    return ",".join(f"127.0.0.1:{port_of(profile, broker)}" for broker in BROKERS)


def beside_a_controller(profile: Profile, settings: Mapping[str, str]) -> list[Program]:
    """`settings` over the safe ones."""
    voters = {CONTROLLER: profile.port("kafka-controller")}
    controller = _node(profile, CONTROLLER, voters, settings)
    return [controller, *(_node(profile, broker, voters, settings) for broker in BROKERS)]


def _node(profile: Profile, node: int, voters: Mapping[int, int], settings: Mapping[str, str]) -> Program:
    data = profile.data(name_of(node))
    properties = data.with_suffix(".properties")
    only = servers.kafka(profile)
    java = list(only.command[:-2])

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        values = {**_roles(profile, node, voters), **_SAFE, **settings, "log.dirs": str(data)}
        properties.write_text(_changed(servers.kafka_properties(profile), values), encoding="utf-8")
        if not (data / "meta.properties").exists():
            _format(java, properties)

    ports = [*([port_of(profile, node)] if node in BROKERS else []), *([voters[node]] if node in voters else [])]
    return replace(
        only,
        name=name_of(node),
        command=[*java, "kafka.Kafka", str(properties)],
        ports=ports,
        ready=accepts(ports[0]),
        prepare=prepare,
    )


def _roles(profile: Profile, node: int, voters: Mapping[int, int]) -> dict[str, str]:
    listens = {"PLAINTEXT": port_of(profile, node)} if node in BROKERS else {}
    listens |= {"CONTROLLER": voters[node]} if node in voters else {}
    roles = {"PLAINTEXT": "broker", "CONTROLLER": "controller"}
    values = {
        "node.id": str(node),
        "process.roles": ",".join(roles[listener] for listener in listens),
        "controller.quorum.voters": ",".join(f"{voter}@127.0.0.1:{port}" for voter, port in voters.items()),
        "listeners": ",".join(f"{listener}://127.0.0.1:{port}" for listener, port in listens.items()),
    }
    if node in BROKERS:
        values["advertised.listeners"] = f"PLAINTEXT://127.0.0.1:{port_of(profile, node)}"
    return values


def _format(java: Sequence[str], properties: Path) -> None:
    words = ["kafka.tools.StorageTool", "format", f"--cluster-id={_CLUSTER_ID}", "--config", str(properties)]
    made = subprocess.run([*java, *words], capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotGoOn(what=properties.stem, why=made.stdout + made.stderr, do="read the lines above")


def _changed(text: str, values: Mapping[str, str]) -> str:
    """A file of properties in which these stand once."""
    gone = {
        *values,
        "advertised.listeners",
        *(() if "advertised.listeners" in values else ("inter.broker.listener.name",)),
    }
    kept = [line for line in text.splitlines() if line.partition("=")[0] not in gone]
    return "\n".join([*kept, *(f"{key}={value}" for key, value in values.items())]) + "\n"


def set_on_topics(brokers: str, settings: Mapping[str, str]) -> None:
    """What stands on a topic goes before what the broker says."""
    entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in settings.items()]
    resources = [ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries) for topic in topics.ALL]
    if settings:
        admin = AdminClient({"bootstrap.servers": brokers})
        for future in admin.incremental_alter_configs(resources).values():
            future.result(30)
