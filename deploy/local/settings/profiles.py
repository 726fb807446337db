"""A profile is one copy of the system: its topology, ports and data. Tests have their own, beside a developer's."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import LOCAL, SECRETS
from deploy.topology import BALANCER, HA, SMALL, TOPOLOGIES, Topology

# Above the first port of a profile. A profile has one topology: two parts of different ones may have the same number.
OFFSETS = {**SMALL.port_offsets(), **HA.port_offsets()}
WEB = "nginx"
# Of a new release, while it is tried out where nobody is led to.
CANDIDATES = {"main": 391, "queue": 392}
HAS_KEYS_OF_ITS_OWN = frozenset({"test", "lite"})

# Each profile has a thousand ports, and the pages of tests are among them; dev's page is where SALON_PORT says.
FIRST_PORT = 18000
LAST_FIRST_PORT = 62000
PAGE_OF_TESTS = 400
TWO_ZONES = 500

# Linux allows 107 bytes for the path of a socket.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Profile:
    name: str
    web_port: int
    base_port: int
    # The last engine of each kind, as with LITE=1.
    lite: bool
    always_lite: bool = False
    home: Path = LOCAL
    topology: Topology = SMALL

    @property
    def restarts(self) -> bool:
        """Where another one does the work meanwhile, what dies is started again; else its death is a bug to look at."""
        return self.topology is HA

    @property
    def state(self) -> Path:
        return self.home / self.name

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def mails(self) -> Path:
        """Where mails are put instead of being sent."""
        return self.state / "mails"

    @property
    def keys(self) -> Path:
        """Where the keys are that `make rotate` exchanges. Tests exchange copies, which are nobody else's."""
        return self.state / "keys" if self.name in HAS_KEYS_OF_ITS_OWN else SECRETS

    def port(self, name: str) -> int:
        return self.web_port if name in {WEB, BALANCER} else self.base_port + OFFSETS[name]

    def data(self, engine: str) -> Path:
        """One directory for each engine: MySQL must never open the files of MariaDB."""
        return self.state / "data" / engine


def note_ports(profile: Profile) -> None:
    """For commands in another terminal, where SALON_PORT may be another."""
    note = {"web_port": profile.web_port, "base_port": profile.base_port}
    (profile.state / "ports.json").write_text(json.dumps(note), encoding="ascii")
    whole = {**note, "name": profile.name, "lite": profile.lite, "topology": profile.topology.name}
    (profile.state / "profile.json").write_text(json.dumps(whole), encoding="ascii")


def noted(name: str, home: Path = LOCAL) -> Profile:
    """As it was started last, with whatever ports. Raises FileNotFoundError when it never was."""
    note = json.loads((home / name / "profile.json").read_text(encoding="ascii"))
    return Profile(**{**note, "topology": TOPOLOGIES[note["topology"]], "home": home})


def as_started(profile: Profile) -> Profile:
    """With the ports that it was started with."""
    return replace(profile, **json.loads((profile.state / "ports.json").read_text(encoding="ascii")))


def public_url_of(profile: Profile) -> str:
    """Where people reach it, unless something in front of it has another address."""
    return f"http://localhost:{profile.web_port}"


def profile_named(name: str, *, salon_port: int, lite: bool, first_port: int = FIRST_PORT) -> Profile:
    test, lite_test = first_port + 1000, first_port + 2000
    known = {
        "dev": Profile("dev", salon_port, first_port, lite),
        "test": Profile("test", test + PAGE_OF_TESTS, test, lite),
        "lite": Profile("lite", lite_test + PAGE_OF_TESTS, lite_test, lite=True, always_lite=True),
        # In place of dev, on the same page, in the upper half of its thousand.
        "ha": Profile("ha", salon_port, first_port + TWO_ZONES, lite=False, topology=HA),
    }
    if name not in known:
        raise CannotGoOn(
            what=f"profile {name!r}", why="there is none of that name", do=f"choose one of {', '.join(known)}"
        )
    return known[name]
