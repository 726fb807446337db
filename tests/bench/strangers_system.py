"""The whole system as strangers meet it: behind nginx with the limits of docker-compose.yml, not those of a demo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import yaml

from deploy.local.develop.compose_file import COMPOSE
from deploy.local.run import nginx, processes
from deploy.local.run.system import System
from deploy.local.settings import ports
from deploy.local.settings.profiles import WEB
from tests.bench.measured_process import memory_bytes
from tests.bench.places import PROFILE
from tests.bench.whole_system import whole_system


def limits() -> dict[str, str]:
    """By the names that deploy/local/run/nginx.py has for them."""
    environment = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["nginx"]["environment"]
    names = ("REQUESTS_PER_ADDRESS", "CONNECTIONS_PER_ADDRESS", "JOINS_PER_ADDRESS", "JOINS_BURST")
    return {name: str(environment[f"SALON_{name}"]) for name in names}


@contextmanager
def strangers_system() -> Iterator[System]:
    with ExitStack() as stack:
        for name, value in limits().items():
            stack.enter_context(patch.object(nginx, name, value))
        yield stack.enter_context(whole_system())


def memory_of_instances() -> dict[str, int]:
    """Bytes of each main and queue."""
    return {
        name: memory_bytes(_process_at(PROFILE.port(name)))
        for name in (*processes.mains(PROFILE), *processes.queues(PROFILE))
    }


def processes_of_the_system() -> dict[str, int]:
    """The id of whatever listens, by its name: nginx, ours, and the servers behind them."""
    ours = (*processes.mains(PROFILE), *processes.queues(PROFILE))
    names = (WEB, *ours, "mysql", "redis", "kafka", "mongodb", "postgresql")
    found = {name: ports.holder(PROFILE.port(name)) for name in names}
    return {name: int(holder.split()[1].rstrip(":")) for name, holder in found.items() if holder}


def _process_at(port: int) -> int:
    found = re.match(r"process (\d+)", ports.holder(port) or "")
    if found is None:
        raise RuntimeError(f"nobody listens at port {port}")
    return int(found[1])
