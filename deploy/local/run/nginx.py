"""nginx for one profile, from the same template as in Docker."""

from __future__ import annotations

import getpass
import os
import re
import resource
from collections.abc import Sequence
from pathlib import Path

from deploy.local.install.web_client import DIST
from deploy.local.places import ROOT, tool
from deploy.local.run import processes
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.local.settings.profiles import WEB, Profile, public_url_of

TEMPLATES = ROOT / "deploy" / "nginx"
MIME_TYPES = Path("/etc/nginx/mime.types")
MOST_FILES = 20_000
# Beside its connections nginx needs files for logs and pages.
OTHER_FILES = 1_000
# Here all customers of a demo or a rehearsal come from one address. What Compose has is for strangers.
JOINS_PER_ADDRESS, JOINS_BURST = "10000r/s", 50_000
REQUESTS_PER_ADDRESS = "10000r/s"
CONNECTIONS_PER_ADDRESS = 14_000


def edge(
    profile: Profile, dist: Path = DIST, *, balancers: Sequence[str] = (), public_url: str | None = None
) -> Program:
    """`balancers` are the networks that are believed about whom they speak for: X-Forwarded-For."""
    state = profile.state / "nginx"

    def prepare() -> None:
        (state / "tmp").mkdir(parents=True, exist_ok=True)
        (state / "nginx.conf").write_text(main_conf(profile), encoding="utf-8")
        (state / "callers.conf").write_text(callers_conf(balancers), encoding="utf-8")
        (state / "site.conf").write_text(site_conf(profile, dist, public_url), encoding="utf-8")

    return Program(
        name=WEB,
        command=[tool("nginx") or "nginx", "-p", str(state), "-c", str(state / "nginx.conf"), "-e", "stderr"],
        ports=[profile.web_port],
        ready=serves(f"http://{HOST}:{profile.web_port}/healthz"),
        prepare=prepare,
        stops_first=True,
        # TERM and not QUIT, which would wait for streams to end by themselves.
        stop_signal="TERM",
    )


def main_conf(profile: Profile) -> str:
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MOST_FILES if most_files == resource.RLIM_INFINITY else min(MOST_FILES, most_files)
    return _filled(
        "local.conf.template",
        # Started by root, nginx would serve as `nobody`, who cannot look into root's home.
        SALON_USER=f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
        SALON_STATE=str(profile.state / "nginx"),
        SALON_TEMPLATES=str(TEMPLATES),
        SALON_TYPES=str(MIME_TYPES),
        SALON_ACCESS_LOG=str(profile.logs / "nginx-access.log"),
        SALON_FILES=str(files),
        SALON_CONNECTIONS=str(max(files - OTHER_FILES, files // 2)),
    )


def callers_conf(balancers: Sequence[str]) -> str:
    return _filled(
        "callers.conf.template",
        SALON_REAL_IP_FROM="\n".join(f"set_real_ip_from {network};" for network in balancers),
        SALON_REQUESTS_PER_ADDRESS=REQUESTS_PER_ADDRESS,
        SALON_JOINS_PER_ADDRESS=JOINS_PER_ADDRESS,
    )


def site_conf(profile: Profile, dist: Path, public_url: str | None) -> str:
    return _filled(
        "site.conf.template",
        SALON_LISTEN=f"{HOST}:{profile.web_port}",
        SALON_MAIN_SERVERS=_servers(profile, processes.MAINS),
        SALON_QUEUE_SERVERS=_servers(profile, processes.QUEUES),
        SALON_INSTANCES=_instances(profile),
        SALON_PUBLIC_URL=public_url or public_url_of(profile),
        SALON_TEMPLATES=str(TEMPLATES),
        SALON_DIST=str(dist),
        SALON_CONNECTIONS_PER_ADDRESS=str(CONNECTIONS_PER_ADDRESS),
        SALON_JOINS_BURST=str(JOINS_BURST),
    )


def _servers(profile: Profile, names: tuple[str, ...]) -> str:
    return "\n    ".join(f"server {HOST}:{profile.port(name)} max_fails=0;" for name in names)


def _instances(profile: Profile) -> str:
    """Lines of nginx's map from an upstream's address, the last one of those that were tried, to its name."""
    names = (*processes.MAINS, *processes.QUEUES)
    return "\n    ".join(f'"~{re.escape(f"{HOST}:{profile.port(name)}")}$"  {name};' for name in names)


def _filled(template: str, **values: str) -> str:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text
