"""dockerd for a while: data of its own, a socket of its own, no network of its own, and gone when the command ends."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.local.backup.mysql.binary_logs import end_with_us
from deploy.local.failure import CannotGoOn, tail
from deploy.local.images.places import DATA, LOGS
from deploy.local.places import tool

READY_SECONDS = 60.0
STOP_SECONDS = 60.0
LOG = LOGS / "dockerd.log"
# Containers have the network of this machine, whose servers listen to it alone: no bridge, no rule of a firewall.
OPTIONS = ("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--userland-proxy=false")


@dataclass(frozen=True)
class Docker:
    socket: Path

    def run(self, *words: str, log: Path | None = None) -> str:
        """What it printed. Raises CannotGoOn with the end of it."""
        ended = self.ask(*words)
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as out:
                print("$ docker", *words, file=out)
                print(ended.stdout, file=out)
        if ended.returncode:
            raise CannotGoOn(
                what=f"docker {' '.join(words[:2])}", why=ended.stdout[-2000:], do=f"read {log or LOG}, and try again"
            )
        return ended.stdout.strip()

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            # The builder that Debian's Docker has by itself; the other one is a plug-in.
            env={**os.environ, "DOCKER_BUILDKIT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )

    @contextmanager
    def stream(self, *words: str) -> Iterator[IO[bytes]]:
        """What it writes, as it comes."""
        with subprocess.Popen(self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            if process.stdout is None:
                raise RuntimeError("its output was asked for")
            yield process.stdout

    def command(self, *words: str) -> list[str]:
        return [tool("docker") or "docker", "--host", f"unix://{self.socket}", *words]

    def has(self, image: str) -> bool:
        return self.ask("image", "inspect", image).returncode == 0


def refusal() -> str | None:
    """Why none can be started here; None when one can."""
    if os.geteuid() != 0:
        return "only root may start dockerd"
    return None if tool("dockerd") and tool("docker") else "Docker is not installed"


@contextmanager
def dockerd() -> Iterator[Docker]:
    """Another one of this checkout is waited for. Raises CannotGoOn."""
    if why := refusal():
        raise CannotGoOn(what="dockerd", why=why, do="sudo make images")
    DATA.mkdir(parents=True, exist_ok=True)
    with DATA.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _running() as docker:
            yield docker


@contextmanager
def _running() -> Iterator[Docker]:
    # A socket's path has to be short, and that of a checkout need not be.
    folder = Path(tempfile.mkdtemp(prefix="salon-docker-"))
    socket = folder / "docker.sock"
    LOGS.mkdir(parents=True, exist_ok=True)
    words = [
        *(tool("dockerd") or "dockerd", *OPTIONS, "--host", f"unix://{socket}"),
        *("--data-root", str(DATA), "--exec-root", str(folder / "exec"), "--pidfile", str(folder / "pid")),
    ]
    with LOG.open("wb") as out:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            # Ctrl-C is for us, who end it when our containers are gone.
            start_new_session=True,
            preexec_fn=end_with_us,  # noqa: PLW1509  # no lock is taken in there
        )
    try:
        docker = Docker(socket)
        _wait_until_ready(process, docker)
        yield docker
    finally:
        _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(process: subprocess.Popen[bytes], docker: Docker) -> None:
    until = time.monotonic() + READY_SECONDS
    while docker.ask("version").returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise CannotGoOn(
                what="dockerd",
                why=tail(LOG),
                do="run it on a machine or in a container that may mount and make namespaces (--privileged)",
            )
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
