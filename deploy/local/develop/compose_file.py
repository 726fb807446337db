"""Are our Compose files ones that Docker can read? Asked of Docker's own tool where there is one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import yaml

from deploy.local.places import ROOT, tool

COMPOSE = ROOT / "docker-compose.yml"
TWO_ZONES = ROOT / "docker-compose.ha.yml"
MONITORING = ROOT / "docker-compose.monitoring.yml"
# Variables that it does not start without.
GIVEN = {"SALON_SYSTEM": "salon", "SALON_DISCORD_WEBHOOK_FILE": "/dev/null"}


def what_is_wrong() -> str:
    return "\n".join(filter(None, (what_is_wrong_with(path) for path in (COMPOSE, TWO_ZONES, MONITORING))))


def what_is_wrong_with(path: Path) -> str:
    command = _compose_command()
    if command is not None:
        asked = subprocess.run(
            [*command, "-f", str(path), "config", "-q"],
            cwd=ROOT,
            env={**os.environ, **GIVEN},
            capture_output=True,
            text=True,
            check=False,
        )
        return asked.stderr.strip() or f"{path.name} is refused" if asked.returncode else ""
    try:
        services = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    except (OSError, KeyError, yaml.YAMLError) as error:
        return f"{path.name}: {error!r}"
    return "\n".join(
        f"{path.name}: {name} waits for {other}, which is not there"
        for name, service in services.items()
        for other in service.get("depends_on", {})
        if other not in services
    )


def _compose_command() -> list[str] | None:
    if tool("docker-compose"):
        return ["docker-compose"]
    docker = tool("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        return [docker, "compose"]
    return None
