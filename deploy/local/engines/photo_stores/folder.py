"""A folder, which main reads and writes, and a small server before it that takes forms as S3 does."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.local.install.steps import Step
from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "photo-folder"
TITLE = "a folder (manage.py serve_photo_folder)"
DEBIAN: Sequence[tuple[str, str]] = ()


def refusal() -> str | None:
    return None


def steps() -> Sequence[Step]:
    return []


def programs(profile: Profile, password: str) -> Sequence[Program]:
    port = profile.port("photos")
    return [
        Program(
            name="photos",
            command=[str(VENV_PYTHON), "manage.py", "serve_photo_folder", "--port", str(port)],
            ports=[port],
            ready=accepts(port),
            cwd=SERVICES / "main",
        )
    ]
