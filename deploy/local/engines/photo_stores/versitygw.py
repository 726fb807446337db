"""An S3 store from the Go module proxy: versitygw, which enforces what S3 enforces, on files in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deploy.local.engines import go_tool, sid_rootfs
from deploy.local.install.steps import Step
from deploy.local.places import PARTS, ROOT, SECRETS, VENV_PYTHON
from deploy.local.run.probes import HOST, accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "versitygw"
TITLE = "versitygw 1.8 (S3)"
DEBIAN = sid_rootfs.DEBIAN

# Its go.mod and go.sum pin all of it.
MODULE = ROOT / "deploy" / "versitygw"
PACKAGE = "github.com/versity/versitygw/cmd/versitygw"
PROGRAM = PARTS / KEY / "bin" / KEY
START = Path(__file__).with_name("start_versitygw.py")
# Where buckets are signed for, as Amazon names it; part of every signature.
REGION = "ap-northeast-2"


def refusal() -> str | None:
    return None if go_tool.on_machine() else sid_rootfs.refusal()


def steps() -> Sequence[Step]:
    build = Step(
        name=KEY,
        title="versitygw 1.8 from the Go module proxy",
        run=_build,
        inputs=[MODULE / "go.mod", MODULE / "go.sum"],
        needs=["debian"] if go_tool.on_machine() else ["debian", sid_rootfs.STEP],
        there=PROGRAM.exists,
    )
    return [build] if go_tool.on_machine() else [sid_rootfs.step(), build]


def _build(log: Path) -> None:
    go_tool.build_module(MODULE, PACKAGE, PROGRAM, log)


def programs(profile: Profile, password: str) -> Sequence[Program]:
    # Setup reads this module on the system's Python, which has none of our packages.
    from deploy.local.settings import secrets_store

    data, port = profile.data(KEY), profile.port("photos")

    def prepare() -> None:
        for folder in ("objects", "metadata"):
            (data / folder).mkdir(parents=True, exist_ok=True)

    return [
        Program(
            name="photos",
            command=[
                *(str(VENV_PYTHON), "-I", str(START), secrets_store.PHOTO_STORE_USER),
                *(str(SECRETS / secrets_store.PHOTO_STORE_KEY), str(data / "users")),
                *(str(PROGRAM), "--iam-dir", str(data / "users"), "--port", f"{HOST}:{port}", "--region", REGION),
                # Beside the objects: not every file system keeps extended attributes.
                *("--quiet", "--keep-alive", "posix", "--sidecar", str(data / "metadata"), str(data / "objects")),
            ],
            ports=[port],
            ready=accepts(port),
            prepare=prepare,
        )
    ]
