"""Where things are. Everything that is made here lies under `.local/`, which may be deleted at any time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"

PARTS = LOCAL / "parts"
STAMPS = LOCAL / "stamps"
SECRETS = LOCAL / "secrets"
SETUP_LOGS = LOCAL / "logs" / "setup"

VENV = LOCAL / "venv"
VENV_PYTHON = VENV / "bin" / "python"
SID = PARTS / "sid"
KAFKA_LIBS = PARTS / "kafka" / "libs"
FERRETDB = PARTS / "ferretdb" / "bin" / "ferretdb"
NODE = PARTS / "node"
NX_VENV = PARTS / "nx-27017"

SERVICES = ROOT / "services"
WEB = SERVICES / "web"
# Installed into the environment: what services promise each other, and how a process of ours runs.
OUR_PACKAGES = (SERVICES / "contracts", SERVICES / "kit")


def tool(name: str) -> str | None:
    """The path of a program, also one in sbin, which Debian keeps off a plain user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")


def shown(path: Path) -> str:
    """As a person at the top of the checkout would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
