"""Both Compose files, and what stands in them of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.local.places import ROOT

Service = dict[str, Any]
Compose = dict[str, Any]

SMALL = ROOT / "docker-compose.yml"
HA = ROOT / "docker-compose.ha.yml"
FILES = (SMALL, HA)
# Of another project, with networks of its own.
MONITORING = ROOT / "docker-compose.monitoring.yml"

# On this machine mails go into a folder, and .env goes to main as it is: Compose hands on what it names.
OUTSIDE = {
    *(
        f"MAIN_{name}"
        for name in ("SECRETS_DIR", "MAIL_URL", "MAIL_FROM", "KAKAO_SCOPE", "NAVER_CLIENT_ID", "TOSS_CLIENT_ID")
    ),
    *(f"MAIN_{provider}_{name}" for provider in ("GOOGLE", "KAKAO") for name in ("CLIENT_ID", "APP_CLIENT_IDS")),
}


def read(path: Path) -> Compose:
    """Anchors and merges are resolved; `${…}` and `$$` stand as they are."""
    content: Compose = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@cache
def services(path: Path) -> dict[str, Service]:
    found: dict[str, Service] = read(path)["services"]
    return found


def each_service() -> Iterator[tuple[str, str, Service]]:
    """(file, name, service) of every service in both files."""
    for path in FILES:
        for name, service in services(path).items():
            yield path.name, name, service


def words(service: Service) -> list[str]:
    """What the container is started with, in one list."""
    return [str(word) for key in ("entrypoint", "command") for word in service.get(key) or []]


def option(arguments: list[str], name: str) -> str:
    """The value of `--name value` or `--name=value`. Raises ValueError where there is none."""
    for place, word in enumerate(arguments):
        if word == name:
            return arguments[place + 1]
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
    raise ValueError(f"no {name} in {arguments}")


def plain(value: object) -> str:
    """As the container sees it: Compose's `$$` is one `$`."""
    return str(value).replace("$$", "$")
