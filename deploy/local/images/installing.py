"""What `make images` needs and no other command does: Docker, and the program that writes what an image is made of."""

from __future__ import annotations

from pathlib import Path

from deploy.local.console import Console
from deploy.local.engines import go_tool, sid_rootfs
from deploy.local.images.places import SYFT
from deploy.local.install import debian
from deploy.local.install.steps import Step, run_steps

COMMAND = "github.com/anchore/syft/cmd/syft"
VERSION = "v1.57.1"


def install(console: Console) -> None:
    """Raises CannotGoOn."""
    failures = run_steps([debian.step(debian.FOR_IMAGES, java=False), *_syft()], console)
    for failure in failures.values():
        raise failure


def _syft() -> list[Step]:
    own_go = go_tool.on_machine()
    build = Step(
        name="syft",
        title=f"Syft {VERSION} from the Go module proxy, some minutes once",
        run=_build,
        inputs=[COMMAND, VERSION],
        needs=[debian.STEP] if own_go else [debian.STEP, sid_rootfs.STEP],
        there=SYFT.exists,
    )
    return [build] if own_go else [sid_rootfs.step(), build]


def _build(log: Path) -> None:
    go_tool.build(COMMAND, VERSION, SYFT, log)
