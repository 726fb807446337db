"""What the kernel says of a container that runs: who it is, what it may, where it may write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.images.containers import Container

APP = "/app"


def what_is_wrong(container: Container) -> list[str]:
    """Sentences, each once."""
    return list(dict.fromkeys(_what_is_wrong(container)))


def _what_is_wrong(container: Container) -> Iterator[str]:
    for pid in _processes(container):
        status = dict(
            line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
        )
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:60]
        if "0" in status["Uid"].split():
            yield f"is root: {command}"
        if int(status["CapBnd"], 16):
            yield f"may do what root may: {command} has capabilities {status['CapBnd']}"
        if status["NoNewPrivs"] != "1":
            yield f"may become another user: {command}"
    for place in (APP, "/usr/local/lib", "/venv"):
        if container.ask("touch", f"{place}/written").returncode == 0:
            yield f"may write to {place}"


def _processes(container: Container) -> list[int]:
    listed = container.docker.run("top", container.name, "-o", "pid").splitlines()[1:]
    return [int(line.split()[0]) for line in listed]
