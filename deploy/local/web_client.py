"""The page: npm packages and the built files that nginx serves. Without Node the rest of the system still runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from deploy.local.places import WEB, tool
from deploy.local.steps import Step, logged

DIST = WEB / "dist"
OLDEST_NODE = 20
NOT_SOURCE = {"node_modules", "dist", "coverage"}


def refusal() -> str | None:
    """Why there is no page; None when it can be built."""
    if not (WEB / "package-lock.json").exists():
        return "services/web has no package-lock.json"
    node, npm = tool("node"), tool("npm")
    if node is None or npm is None:
        return f"Node is missing (install Node {OLDEST_NODE} or newer, with npm)"
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", printed)
    return None if found and int(found[1]) >= OLDEST_NODE else f"Node {printed.strip()} is older than {OLDEST_NODE}"


def steps() -> list[Step]:
    if refusal():
        return []
    packages = Step(
        name="web-packages",
        title="Web packages",
        run=lambda log: logged(log, ["npm", "ci", "--no-audit", "--no-fund"], cwd=WEB),
        inputs=[WEB / "package-lock.json"],
        there=(WEB / "node_modules").is_dir,
    )
    build = Step(
        name="web-build",
        title="Web page",
        run=lambda log: logged(log, ["npm", "run", "build"], cwd=WEB),
        inputs=sources(WEB),
        needs=["web-packages"],
        there=(DIST / "index.html").exists,
        advice="read the log and mend services/web",
    )
    return [packages, build]


def sources(folder: Path) -> list[str | Path]:
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not NOT_SOURCE.intersection(path.relative_to(folder).parts)
    ]
    return sorted(files, key=str)
