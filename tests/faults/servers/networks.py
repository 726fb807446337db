"""A network of its own for each of several servers, on one bridge, that can be cut between any two of them.

Whoever speaks from this machine still reaches them all: a server is cut off from its group, and not from its clients.
Needs root and iproute2.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress

from deploy.local.failure import CannotGoOn
from deploy.local.places import tool
from tests.faults.places import PROFILE

# Other checkouts may play at the same time.
_MARK = PROFILE.base_port // 100


class Networks:
    """Numbers begin at 1."""

    def __init__(self, count: int) -> None:
        if os.geteuid() or tool("ip") is None:
            raise CannotGoOn(
                what="networks that can be cut",
                why="they need root and iproute2",
                do="run it as root, or in a container",
            )
        self._numbers = range(1, count + 1)
        self._bridge = f"dd{_MARK}"
        self._cuts: set[tuple[int, int]] = set()

    def address(self, number: int) -> str:
        return f"10.{96 + _MARK // 256}.{_MARK % 256}.{number}"

    def prefix(self, number: int) -> tuple[str, ...]:
        """Put in front of a command."""
        return (tool("ip") or "ip", "netns", "exec", self._name(number))

    def make(self) -> None:
        self.remove()
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self.address(254)}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for number in self._numbers:
            name, link = self._name(number), self._link_name(number)
            _ip("netns", "add", name)
            _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", link, "master", self._bridge, "up")
            _ip("-n", name, "addr", "add", f"{self.address(number)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", name, "link", "set", device, "up")

    def remove(self) -> None:
        """Also what a run left that was killed."""
        for number in self._numbers:
            with suppress(RuntimeError):
                _ip("netns", "del", self._name(number))
        for device in (*map(self._link_name, self._numbers), self._bridge):
            with suppress(RuntimeError):
                _ip("link", "del", device)
        self._cuts.clear()

    def cut_off(self, number: int) -> None:
        """From all others, in both directions and silently: packets vanish, nothing is refused."""
        for other in self._numbers:
            if other != number:
                for here, there in ((number, other), (other, number)):
                    _ip("-n", self._name(here), "route", "add", "blackhole", f"{self.address(there)}/32")
                    self._cuts.add((here, there))

    def mend(self) -> None:
        for here, there in self._cuts:
            _ip("-n", self._name(here), "route", "del", "blackhole", f"{self.address(there)}/32")
        self._cuts.clear()

    def _name(self, number: int) -> str:
        return f"{self._bridge}-{number}"

    def _link_name(self, number: int) -> str:
        return f"{self._bridge}v{number}"


def _ip(*words: str) -> None:
    ran = subprocess.run([tool("ip") or "ip", *words], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {ran.stderr.strip()}")
