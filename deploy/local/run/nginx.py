"""nginx for one profile or one zone, from the same template as in Docker."""

from __future__ import annotations

import getpass
import os
import re
import resource
from collections.abc import Sequence
from pathlib import Path

from deploy.local.places import ROOT, tool
from deploy.local.releases import page
from deploy.local.releases.release import Shelf
from deploy.local.run import processes
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from deploy.local.run.socket_paths import socket_in
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


def nginx_program(
    profile: Profile,
    dist: Path | None = None,
    *,
    balancers: Sequence[str] = (),
    public_url: str | None = None,
    zone: str | None = None,
) -> Program:
    """`dist` is the page, where it is not the current release's.

    `balancers` are the networks that are believed about whom they speak for: X-Forwarded-For.

    The nginx of a zone asks the processes of its own first, and those of another one when they cannot be reached.
    """
    name = name_of(zone)
    state, port = profile.state / name, profile.port(name)

    def prepare() -> None:
        if dist is None:
            page.serve_something(profile, Shelf())
        (state / "tmp").mkdir(parents=True, exist_ok=True)
        # One that was killed leaves it behind.
        status_socket(profile, name).unlink(missing_ok=True)
        (state / "nginx.conf").write_text(main_conf(profile, name), encoding="utf-8")
        (state / "callers.conf").write_text(callers_conf(balancers), encoding="utf-8")
        write_site(profile, zone, public_url=public_url, dist=dist)

    return Program(
        name=name,
        command=[tool("nginx") or "nginx", "-p", str(state), "-c", str(state / "nginx.conf"), "-e", "stderr"],
        ports=[port],
        ready=serves(f"http://{HOST}:{port}/healthz"),
        prepare=prepare,
        stops_first=True,
        # TERM and not QUIT, which would wait for streams to end by themselves.
        stop_signal="TERM",
    )


def status_socket(profile: Profile, name: str) -> Path:
    """Where it tells the monitoring of its connections, and nobody else."""
    return socket_in(profile.state / name, "status.sock")


def name_of(zone: str | None) -> str:
    return WEB if zone is None else f"{WEB}-{zone}"


def write_site(profile: Profile, zone: str | None, *, public_url: str | None, dist: Path | None = None) -> None:
    """For a start, and for a reload after the processes behind it have become others."""
    text = site_conf(profile, dist or page.served(profile), public_url, zone)
    (profile.state / name_of(zone) / "site.conf").write_text(text, encoding="utf-8")


def main_conf(profile: Profile, name: str = WEB) -> str:
    files = most_files()
    return _filled(
        "local.conf.template",
        # Started by root, nginx would serve as `nobody`, who cannot look into root's home.
        SALON_USER=f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
        SALON_STATE=str(profile.state / name),
        SALON_STATUS=str(status_socket(profile, name)),
        SALON_TEMPLATES=str(TEMPLATES),
        SALON_TYPES=str(MIME_TYPES),
        SALON_ACCESS_LOG=str(profile.logs / f"{name}-access.log"),
        SALON_FILES=str(files),
        SALON_CONNECTIONS=str(max(files - OTHER_FILES, files // 2)),
    )


def most_files() -> int:
    _, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_FILES if allowed == resource.RLIM_INFINITY else min(MOST_FILES, allowed)


def callers_conf(balancers: Sequence[str]) -> str:
    return _filled(
        "callers.conf.template",
        SALON_REAL_IP_FROM="\n".join(f"set_real_ip_from {network};" for network in balancers),
        SALON_BALANCER_ROWS="\n    ".join(f"{network}  1;" for network in balancers),
        SALON_REQUESTS_PER_ADDRESS=REQUESTS_PER_ADDRESS,
        SALON_JOINS_PER_ADDRESS=JOINS_PER_ADDRESS,
    )


def site_conf(profile: Profile, dist: Path, public_url: str | None, zone: str | None = None) -> str:
    mains, queues = processes.mains(profile), processes.queues(profile)
    return _filled(
        "site.conf.template",
        SALON_LISTEN=f"{HOST}:{profile.port(name_of(zone))}",
        SALON_MAIN_SERVERS=_servers(profile, mains, zone),
        SALON_QUEUE_SERVERS=_servers(profile, queues, zone),
        SALON_PHOTO_SERVERS=f"server {HOST}:{profile.port('photos')} max_fails=0;",
        SALON_PHOTO_BUCKET="salon-photos",
        SALON_INSTANCES=_instances(profile, (*mains, *queues)),
        SALON_PUBLIC_URL=public_url or public_url_of(profile),
        SALON_TEMPLATES=str(TEMPLATES),
        SALON_DIST=str(dist),
        SALON_CONNECTIONS_PER_ADDRESS=str(CONNECTIONS_PER_ADDRESS),
        SALON_JOINS_BURST=str(JOINS_BURST),
    )


def _servers(profile: Profile, names: Sequence[str], zone: str | None) -> str:
    own = [name for name in names if zone is None or profile.topology.place_of(name) == zone]
    rows = [f"server {HOST}:{profile.port(name)} max_fails=0;" for name in own]
    rows += [f"server {HOST}:{profile.port(name)} max_fails=0 backup;" for name in names if name not in own]
    return "\n    ".join(rows)


def _instances(profile: Profile, names: Sequence[str]) -> str:
    """Lines of nginx's map from an upstream's address, the last one of those that were tried, to its name."""
    return "\n    ".join(f'"~{re.escape(f"{HOST}:{profile.port(name)}")}$"  {name};' for name in names)


def _filled(template: str, **values: str) -> str:
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text
