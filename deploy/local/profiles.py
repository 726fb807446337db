"""A profile is one copy of the system: its ports and its data. Tests have their own, beside a developer's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import LOCAL

OFFSETS = {
    "mysql": 1,
    "redis": 2,
    "kafka": 3,
    "kafka-controller": 4,
    "mongodb": 5,
    "postgresql": 6,
    "main-1": 101,
    "main-2": 102,
    "relay-outbox": 111,
    "issue-coupons": 112,
    "deliver-notifications": 113,
    "queue-1": 201,
    "queue-2": 202,
    "chat-worker": 301,
}
WEB = "nginx"

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

    @property
    def state(self) -> Path:
        return self.home / self.name

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    def port(self, name: str) -> int:
        return self.web_port if name == WEB else self.base_port + OFFSETS[name]

    def data(self, engine: str) -> Path:
        """One directory for each engine: MySQL must never open the files of MariaDB."""
        return self.state / "data" / engine


def profile_named(name: str, *, salon_port: int, lite: bool) -> Profile:
    known = {
        "dev": Profile("dev", salon_port, 18000, lite),
        "test": Profile("test", 9000, 19000, lite),
        "lite": Profile("lite", 9500, 20000, lite=True, always_lite=True),
    }
    if name not in known:
        raise CannotGoOn(
            what=f"profile {name!r}", why="there is none of that name", do=f"choose one of {', '.join(known)}"
        )
    return known[name]
