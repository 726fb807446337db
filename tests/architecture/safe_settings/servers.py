"""What servers are started with, here and in Compose, in one form: place → setting → value."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from deploy.local.engines import mysql_accounts, mysql_group
from deploy.local.engines.mysql_group.group import ALONE_SECONDS, Group
from deploy.local.engines.mysql_group.group import options as options_of_member
from deploy.local.engines.servers.kafka_brokers import kafka_properties
from deploy.local.engines.servers.redis_group import redis_group, sentinel_file
from deploy.local.engines.servers.redis_server import redis
from deploy.local.places import ROOT
from deploy.local.settings.profiles import Profile
from deploy.processes import PLACES
from deploy.topology import HA as TWO_ZONES
from tests.deploy.compose.files import HA, SMALL, Service, plain, services, words

Settings = Mapping[str, str]
Places = dict[str, Settings]

# Words that only a file which starts such a server has; and the files that are known to, and read below.
SIGNS: Mapping[str, tuple[str, frozenset[str]]] = {
    "kafka": (
        r"controller[._]quorum[._]voters",
        frozenset({"deploy/kafka/server.properties", "docker-compose.yml", "docker-compose.ha.yml"}),
    ),
    "redis": (
        r"--appendonly|^ *image: redis:|exec redis-server",
        frozenset(
            {
                *("deploy/local/engines/servers/redis_server.py", "docker-compose.yml", "docker-compose.ha.yml"),
                # They add a password and a part in the group to what Compose says.
                *("deploy/redis/server.sh", "deploy/redis/sentinel.sh"),
            }
        ),
    ),
    "mysql": (
        r"innodb-flush-log|^ *image: mysql:|group-replication-consistency|\"mysqld\"",
        frozenset(
            {
                *("deploy/local/engines/mysql_accounts.py", "deploy/local/engines/mysql_group/group.py"),
                # Each starts it with the options of mysql_accounts, or makes an empty data directory.
                *("deploy/local/engines/mysql_from_sid.py", "deploy/local/engines/mysqld_on_path.py"),
                *("deploy/local/engines/mysql_group/server.py", "deploy/mysql/group.cnf"),
                # On a copy that nobody writes to, while a backup is taken or restored.
                "deploy/local/backup/mysql/lone_mysql.py",
                # Installs it.
                "deploy/local/engines/sid_rootfs.py",
                *("docker-compose.yml", "docker-compose.ha.yml"),
            }
        ),
    ),
}


def kafka(small: Profile, two_zones: Profile) -> Places:
    """`brokers` is how many of them there are."""
    names = TWO_ZONES.members("kafka")
    found: Places = {"make run": _properties(kafka_properties(small), 1)}
    found |= {f"make run {name}": _properties(kafka_properties(two_zones, name, names), 3) for name in names}
    for path, brokers in ((SMALL, 1), (HA, 3)):
        for name, service in services(path).items():
            if name.rstrip("-0123456789") == "kafka":
                found[f"{path.name} {name}"] = _from_environment(service, brokers)
    return found


def redis_servers(small: Profile, two_zones: Profile) -> Places:
    """`members` is how many of a group there are."""
    found: Places = {"make run": {**_options(redis(small).command), "members": "1"}}
    for program in redis_group(two_zones):
        if program.name.startswith("redis"):
            found[f"make run {program.name}"] = {**_options(program.command), "members": "3"}
    for path, members in ((SMALL, "1"), (HA, "3")):
        for name, service in services(path).items():
            if name.rstrip("-0123456789") == "redis":
                found[f"{path.name} {name}"] = {**_options(words(service)), "members": members}
    return found


def sentinels(two_zones: Profile) -> dict[str, str]:
    """Each one's whole configuration."""
    script = (ROOT / "deploy" / "redis" / "sentinel.sh").read_text()
    return {
        **{f"make run {name}": sentinel_file(two_zones, name) for name in TWO_ZONES.members("sentinel")},
        "deploy/redis/sentinel.sh": script.replace("$name", "salon"),
    }


def mysql(two_zones: Profile) -> Places:
    """Of members of a group all that Group Replication is told, without its `loose-`."""
    members = mysql_group.members(two_zones)
    group = Group(me=members[0], members=members, folder=Path("unused"), password="", name="")
    found: Places = {
        "make run": _options([*mysql_accounts.OPTIONS, *mysql_accounts.LOGGED]),
        "LITE=1 make run": _options([*mysql_accounts.OPTIONS, *mysql_accounts.NOT_LOGGED]),
    }
    found["make run mysql-1"] = {**_options(options_of_member(group)), "members": "3"}
    found["docker-compose.yml mysql"] = _options(words(services(SMALL)["mysql"]))
    file = (ROOT / "deploy" / "mysql" / "group.cnf").read_text()
    shared = _options([f"--{line}" for line in file.splitlines() if "=" in line and not line.startswith("#")])
    for name, service in services(HA).items():
        if name in TWO_ZONES.members("mysql"):
            found[f"{HA.name} {name}"] = {**shared, **_options(words(service)), "members": "3"}
    return found


def unknown_places(kind: str, files: Mapping[str, str]) -> list[str]:
    """Files that start such a server and are not read here."""
    sign, known = SIGNS[kind]
    return [name for name, text in files.items() if name not in known and re.search(sign, text, re.MULTILINE)]


def files_of_deployment() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "deploy", "docker-compose*", ".github"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    texts = {}
    for name in listed.stdout.split():
        if (ROOT / name).suffix not in {".lock", ".md", ".xml"} and (ROOT / name).is_file():
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
    return texts


# ── rules: what is wrong with one place, or an empty text ───────────────────────────────────────────────────────────

Rule = Callable[[Settings], str]


def kafka_keeps_what_it_acknowledged(broker: Settings) -> str:
    copies = {1: ("1", "1"), 3: ("3", "2")}[int(broker["brokers"])]
    wanted = {
        "auto.create.topics.enable": "false",
        "unclean.leader.election.enable": "false",
        # A foreign transaction that is never ended holds readers back for seconds only.
        "transaction.max.timeout.ms": "10000",
        "default.replication.factor": copies[0],
        "offsets.topic.replication.factor": copies[0],
        "transaction.state.log.replication.factor": copies[0],
        "transaction.state.log.min.isr": copies[1],
        "share.coordinator.state.topic.replication.factor": copies[0],
        "share.coordinator.state.topic.min.isr": copies[1],
    }
    if broker["brokers"] == "3":
        wanted["min.insync.replicas"] = copies[1]
        if broker.get("broker.rack") not in PLACES:
            return "stands in no place"
    return _differences(broker, wanted)


def redis_keeps_what_it_acknowledged(server: Settings) -> str:
    wanted = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    if wrong := _differences(server, wanted):
        return wrong
    if server.get("appendfsync") not in {"everysec", "always"}:
        return "its file is not on disk within a second"
    if server["members"] == "3":
        lag = server.get("min-replicas-max-lag", "")
        if int(server.get("min-replicas-to-write", "0")) < 1 or not lag.isdecimal() or not 0 < int(lag) <= 10:
            return "takes writes that no replica has"
    return ""


def mysql_keeps_what_it_acknowledged(server: Settings) -> str:
    wanted = {"innodb-flush-log-at-trx-commit": "1"}
    if "skip-log-bin" not in server:
        wanted["sync-binlog"] = "1"
    if server.get("members") == "3":
        wanted |= {
            "gtid-mode": "ON",
            "enforce-gtid-consistency": "ON",
            "group-replication-consistency": "BEFORE_ON_PRIMARY_FAILOVER",
            "group-replication-start-on-boot": "OFF",
            "group-replication-exit-state-action": "READ_ONLY",
            "group-replication-member-expel-timeout": "0",
            # 0 is for ever: a member cut off would let its writers hang, and be read from however old it is.
            "group-replication-unreachable-majority-timeout": str(ALONE_SECONDS),
        }
        if server.get("group-replication-bootstrap-group", "OFF") != "OFF":
            return "begins a group of its own at each start"
    return _differences(server, wanted)


def sentinels_agree_before_they_act(text: str) -> str:
    found = re.search(r"sentinel monitor salon \S+ \S+ (\d+)", text)
    if not found or int(found[1]) < 2:
        return "one Sentinel alone may choose"
    down = re.search(r"down-after-milliseconds salon (\d+)", text)
    return "" if down and 1000 <= int(down[1]) <= 5000 else "waits too long, or not at all, for a primary"


def _differences(there: Settings, wanted: Settings) -> str:
    return ", ".join(f"{name} is {there.get(name)}" for name, value in wanted.items() if there.get(name) != value)


def _properties(text: str, brokers: int) -> Settings:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {**{name: value for name, _, value in pairs}, "brokers": str(brokers)}


def _from_environment(service: Service, brokers: int) -> Settings:
    """As the image reads it: KAFKA_A_B is a.b."""
    given = service["environment"].items()
    names = {key.removeprefix("KAFKA_").lower().replace("_", "."): plain(value) for key, value in given}
    return {**names, "brokers": str(brokers)}


def _options(command: Sequence[str]) -> Settings:
    return dict(_each_option(command))


def _each_option(command: Sequence[str]) -> Iterator[tuple[str, str]]:
    """`--name=value`, `--name value` and `--name`."""
    for place, word in enumerate(command):
        if not word.startswith("--"):
            continue
        name, equals, value = word.removeprefix("--").removeprefix("loose-").partition("=")
        following = command[place + 1] if place + 1 < len(command) else ""
        yield name, value if equals or following.startswith("--") else following
