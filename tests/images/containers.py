"""A container as Compose contains it, on this machine's network: the same limits, the settings of a local process."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.images.daemon import Docker
from deploy.local.run.probes import HOST
from deploy.processes import named

SECRETS = "/run/secrets"
READY_SECONDS = 45.0
# Where Compose's containers listen; on one network each needs a port of its own.
PORT_IN_COMPOSE = re.compile(r"(?<![\d.])(8000|8080)\b")


@dataclass(frozen=True)
class Stopped:
    seconds: float
    # 137: it was killed, when its time was over.
    exit_code: int


@dataclass
class Container:
    docker: Docker
    name: str
    # Of Compose.
    service: Mapping[str, Any]
    port: int
    began: float = field(default_factory=time.monotonic)

    def inspect(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.docker.run("inspect", self.name))[0]
        return found

    def log(self) -> str:
        return self.docker.ask("logs", "--tail", "40", self.name).stdout

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.docker.ask("exec", self.name, *words)

    def is_healthy(self) -> bool:
        """By the check that Compose makes, in the container."""
        words = [str(word) for word in self.service["healthcheck"]["test"]][1:]
        return self.ask(*self.at_its_port(words)).returncode == 0

    def at_its_port(self, words: Sequence[str]) -> list[str]:
        return [PORT_IN_COMPOSE.sub(str(self.port), word) for word in words]

    def wait_until_ready(self) -> float:
        """Seconds since it was started. Raises AssertionError with its log."""
        while not self.is_healthy():
            waited = time.monotonic() - self.began
            lives = self.inspect()["State"]["Running"] and waited < READY_SECONDS
            assert lives, f"{self.name} after {waited:.0f} s:\n{self.log()}"
            time.sleep(0.3)
        return time.monotonic() - self.began

    def stop(self) -> Stopped:
        """By Compose's signal and within Compose's time."""
        grace = int(str(self.service["stop_grace_period"]).removesuffix("s"))
        began = time.monotonic()
        self.docker.run("stop", "--time", str(grace), self.name)
        return Stopped(time.monotonic() - began, int(self.inspect()["State"]["ExitCode"]))


@contextmanager
def started(
    docker: Docker,
    image: str,
    service: Mapping[str, Any],
    *,
    name: str,
    settings: Mapping[str, str],
    secrets: Path,
    words: Sequence[str] | None = None,
    port: int = 0,
    process: str = "",
) -> Iterator[Container]:
    """`settings` as a local process has them: files that they name are mounted where Compose has its secrets.

    `process`, a name of the table, brings what each process has for itself, such as its port.
    """
    container = Container(docker, name, service, port or free_port())
    command = words if words is not None else container.at_its_port([str(word) for word in service.get("command", [])])
    own = named(process).own_environment(host=HOST, port=container.port) if process else {}
    mounts, environment = _in_container({**settings, **own}, secrets)
    given = [word for one in environment.items() for word in ("--env", "=".join(one))]
    docker.ask("rm", "--force", name)
    docker.run(
        *("run", "--detach", "--network=host", f"--name={name}"), *_limits(service), *mounts, *given, image, *command
    )
    try:
        yield container
    finally:
        docker.ask("rm", "--force", name)


def finished(docker: Docker, image: str, service: Mapping[str, Any], **how: Any) -> tuple[int, str]:
    """Exit code and output of a job."""
    with started(docker, image, service, **how) as container:
        code = int(docker.run("wait", container.name))
        return code, container.log()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _limits(service: Mapping[str, Any]) -> list[str]:
    """Compose's own words for them."""
    files = service.get("ulimits", {}).get("nofile")
    return [
        *([f"--user={service['user']}"] if "user" in service else []),
        *(["--read-only"] if service.get("read_only") else []),
        *(["--init"] if service.get("init") else []),
        *(f"--cap-drop={name}" for name in service.get("cap_drop", [])),
        *(f"--security-opt={option}" for option in service.get("security_opt", [])),
        *(f"--tmpfs={place}" for place in service.get("tmpfs", [])),
        *([f"--pids-limit={service['pids_limit']}"] if "pids_limit" in service else []),
        *([f"--memory={service['mem_limit']}"] if "mem_limit" in service else []),
        *([f"--ulimit=nofile={files['soft']}:{files['hard']}"] if files else []),
        *([f"--stop-signal={service['stop_signal']}"] if "stop_signal" in service else []),
    ]


def _in_container(settings: Mapping[str, str], secrets: Path) -> tuple[list[str], dict[str, str]]:
    """A secret is mounted with the mode of Compose's: for the user of the container."""
    mounts, environment = [], dict(settings)
    for name, value in settings.items():
        if name.endswith("_FILE"):
            copy = secrets / Path(value).name
            shutil.copyfile(value, copy)
            copy.chmod(0o644)
            mounts += ["--volume", f"{copy}:{SECRETS}/{copy.name}:ro"]
            environment[name] = f"{SECRETS}/{copy.name}"
    return mounts, environment
