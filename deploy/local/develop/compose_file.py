"""Is docker-compose.yml one that Docker can read? Asked of Docker's own tool where there is one."""

from __future__ import annotations

import subprocess

import yaml

from deploy.local.places import ROOT, tool

COMPOSE = ROOT / "docker-compose.yml"


def what_is_wrong() -> str:
    command = _compose_command()
    if command is not None:
        asked = subprocess.run(
            [*command, "-f", str(COMPOSE), "config", "-q"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return asked.stderr.strip() or "refused" if asked.returncode else ""
    try:
        services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    except (OSError, KeyError, yaml.YAMLError) as error:
        return f"docker-compose.yml: {error!r}"
    return "\n".join(
        f"docker-compose.yml: {name} waits for {other}, which is not there"
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
