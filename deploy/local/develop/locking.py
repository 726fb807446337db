"""`make lock`: every *.in is pinned with hashes; the services' locks agree with the developers' one."""

from __future__ import annotations

import subprocess
import venv

from deploy.local.engines import nx_27017
from deploy.local.install import node
from deploy.local.places import PARTS, ROOT, SERVICES

UV_VERSION = "0.9.9"
UV_VENV = PARTS / "uv"
EVERYTHING = "requirements-dev"


def lock() -> int:
    uv = UV_VENV / "bin" / "uv"
    if not uv.exists():
        venv.create(UV_VENV, with_pip=True)
        subprocess.run([UV_VENV / "bin" / "pip", "install", "--quiet", f"uv=={UV_VERSION}"], check=True)
    compile_ = [str(uv), "pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--python-version", "3.11"]
    subprocess.run([*compile_, f"{EVERYTHING}.in", "-o", f"{EVERYTHING}.lock"], cwd=ROOT, check=True)
    for alone in (nx_27017.LOCK.relative_to(ROOT), node.LOCK.relative_to(ROOT)):
        subprocess.run([*compile_, str(alone.with_suffix(".in")), "-o", str(alone)], cwd=ROOT, check=True)
    for source in sorted(SERVICES.glob("*/requirements.in")):
        target = source.with_suffix(".lock")
        if target.exists():
            names = [str(path.relative_to(ROOT)) for path in (source, target)]
            subprocess.run([*compile_, "-c", f"{EVERYTHING}.lock", names[0], "-o", names[1]], cwd=ROOT, check=True)
    return 0
