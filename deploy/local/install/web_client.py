"""The page: npm packages and the built files that nginx serves."""

from __future__ import annotations

from pathlib import Path

from deploy.local.install import node
from deploy.local.install.steps import Step, logged
from deploy.local.places import WEB

DIST = WEB / "dist"
BUILD = "web-build"
NOT_SOURCE = {"node_modules", "dist", "coverage", "generated", "tests"}


def steps() -> list[Step]:
    packages = Step(
        name="web-packages",
        title="Web packages",
        run=lambda log: _npm(log, "ci", "--no-audit", "--no-fund"),
        inputs=[WEB / "package-lock.json"],
        needs=[node.STEP],
        there=(WEB / "node_modules").is_dir,
    )
    build = Step(
        name=BUILD,
        title="Web page",
        run=lambda log: _npm(log, "run", "build"),
        inputs=sources(WEB),
        needs=[node.STEP, "web-packages"],
        there=(DIST / "index.html").exists,
        advice="read the log and mend services/web",
    )
    return [node.step(), packages, build]


def _npm(log: Path, *words: str) -> None:
    logged(log, node.npm(*words), cwd=WEB, environment=node.environment())


def sources(folder: Path) -> list[str | Path]:
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not NOT_SOURCE.intersection(path.relative_to(folder).parts)
    ]
    return sorted(files, key=str)
