"""Packages of Debian stable: one apt-get for all that is missing, and no service started by it."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.install.steps import Step, logged
from deploy.local.places import tool

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\n# Written by `make setup` of DaengDaeng Salon, and removed when it has finished.\nexit 101\n"
MANUAL_PAGES = Path("/usr/share/man/man1")
SYSTEMD = Path("/run/systemd/system")
MONITORING_WITH_SERVICE = (
    "prometheus-alertmanager",
    "prometheus-blackbox-exporter",
    "prometheus-mysqld-exporter",
    "prometheus-nginx-exporter",
    "prometheus-node-exporter",
    "prometheus-redis-exporter",
)
# Packages that would start servers of the machine's own at the next boot.
WITH_SERVICE = {
    "redis-server": "redis-server",
    "redis-sentinel": "redis-sentinel",
    "nginx": "nginx",
    "haproxy": "haproxy",
    "docker.io": "docker.service docker.socket containerd.service",
    "prometheus": "prometheus",
    **{name: name for name in MONITORING_WITH_SERVICE},
}

STEP = "debian"
OLDEST_JAVA = 17
# (command, package that brings it)
FOR_RUNNING = (
    ("redis-server", "redis-server"),
    ("redis-sentinel", "redis-sentinel"),
    ("nginx", "nginx"),
    ("gcc", "gcc"),
    ("pkg-config", "pkg-config"),
    ("mysql_config", "default-libmysqlclient-dev"),
    ("mvn", "maven"),
)
FOR_TWO_ZONES = (("haproxy", "haproxy"),)
FOR_IMAGES = (("dockerd", "docker.io"), ("docker", "docker.io"), ("mmdebstrap", "mmdebstrap"))
# Version 2.42 and 0.25, which is enough: who writes to people is a relay of ours (docs/decisions/0027).
FOR_MONITORING = (("prometheus", "prometheus"), *((name, name) for name in MONITORING_WITH_SERVICE))
FOR_CHECKING = (("gcc", "gcc"), ("pkg-config", "pkg-config"), ("mysql_config", "default-libmysqlclient-dev"))
FOR_TESTING = (("chromium", "chromium"),)


def missing(wanted: Sequence[tuple[str, str]], *, java: bool) -> list[str]:
    packages = [package for command, package in wanted if tool(command) is None]
    if java and not _java_is_new_enough():
        packages.append("openjdk-17-jre-headless")
    # Python from elsewhere (pyenv, for one) has both of these.
    if importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        packages.append("python3-dev")
    return list(dict.fromkeys(packages))


def step(wanted: Sequence[tuple[str, str]], *, java: bool) -> Step:
    packages = missing(wanted, java=java)
    return Step(
        name=STEP,
        title="Debian packages: " + " ".join(packages) if packages else "Debian packages",
        run=lambda log: _install(packages, log),
        inputs=[",".join(packages)],
        there=lambda: not packages,
    )


def _install(packages: Sequence[str], log: Path) -> None:
    if not packages:
        return
    by_hand = f"apt-get install {' '.join(packages)}"
    if tool("apt-get") is None:
        raise CannotGoOn(
            what="Debian packages", why="there is no apt-get here", do=f"install what these are called here: {by_hand}"
        )
    if os.geteuid() != 0:
        raise CannotGoOn(
            what="Debian packages", why="only root may install them", do=f"sudo {by_hand}, then make setup again"
        )
    apt = ["apt-get", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # Slim images leave it out, and Debian's Java cannot be configured without it.
    MANUAL_PAGES.mkdir(parents=True, exist_ok=True)
    with _no_service_starts():
        logged(log, [*apt, "update"], environment=quiet)
        logged(log, [*apt, "install", "--no-install-recommends", *packages], environment=quiet)
    if SYSTEMD.exists():
        for service in (WITH_SERVICE[package] for package in packages if package in WITH_SERVICE):
            logged(log, ["systemctl", "disable", *service.split()])


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Debian asks this file before it starts a service; one that the machine has already is left as it is."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(POLICY_TEXT, encoding="ascii")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def _java_is_new_enough() -> bool:
    java = tool("java")
    if java is None:
        return False
    printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', printed)
    return found is not None and int(found[1]) >= OLDEST_JAVA
