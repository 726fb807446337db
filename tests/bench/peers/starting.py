"""Starts each peer, pinned like ours."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.failure import CannotGoOn
from deploy.local.places import VENV_PYTHON, tool
from deploy.local.run.probes import accepts, serves
from deploy.local.run.program import Ready
from tests.bench.measured_process import MeasuredProcess
from tests.bench.places import (
    BARE_PUBLISH_PORT,
    BARE_ROUTE_PORT,
    BARE_STREAMS_PORT,
    BENCH,
    HOST,
    LOGS,
    NCHAN_PORT,
    REFUSING_PORT,
)

NCHAN_MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NCHAN_TEMPLATE = Path(__file__).with_name("nchan.conf")
REFUSING_TEMPLATE = Path(__file__).with_name("refusing.conf")


def insist_on(package: str, *, there: bool) -> None:
    """Debian's package, installed when it is missing and we may. Raises CannotGoOn."""
    if there:
        return
    command = ["apt-get", "-y", "-q", "install", "--no-install-recommends", package]
    print(f"installing {package} from Debian", flush=True)
    made = subprocess.run(command, capture_output=True, text=True, env={"DEBIAN_FRONTEND": "noninteractive"})
    if made.returncode:
        raise CannotGoOn(what=package, why=made.stdout + made.stderr, do=f"as root: {' '.join(command)}")


def bare_transports(*, core: int) -> MeasuredProcess:
    module = ["-m", "tests.bench.peers.bare_transports", str(BARE_STREAMS_PORT), str(BARE_PUBLISH_PORT)]
    return MeasuredProcess(
        name="bare transports",
        command=[str(VENV_PYTHON), *module],
        ready=accepts(BARE_PUBLISH_PORT),
        log=LOGS / "bare-transports.log",
        core=core,
    )


def nchan(*, core: int) -> MeasuredProcess:
    """The process is nginx's master; its one child is the worker that does the work."""
    insist_on("libnginx-mod-nchan", there=NCHAN_MODULE.exists())
    return _nginx("nginx with Nchan", "nchan", NCHAN_TEMPLATE, port=NCHAN_PORT, core=core)


def refusing() -> MeasuredProcess:
    """An nginx that refuses everything, on every core, as the one of the system is."""
    return _nginx("nginx that refuses", "refusing", REFUSING_TEMPLATE, port=REFUSING_PORT, core=None)


def bare_route(*, core: int) -> MeasuredProcess:
    return MeasuredProcess(
        name="bare Starlette route",
        command=[str(VENV_PYTHON), "-m", "tests.bench.peers.bare_route", str(BARE_ROUTE_PORT)],
        ready=accepts(BARE_ROUTE_PORT),
        log=LOGS / "bare-route.log",
        core=core,
    )


def _nginx(name: str, folder_name: str, template: Path, *, port: int, core: int | None) -> MeasuredProcess:
    """Ready when its /ready answers."""
    folder = BENCH / folder_name
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "nginx.conf"
    config.write_text(template.read_text().replace("@FOLDER@", str(folder)).replace("@PORT@", str(port)))
    return MeasuredProcess(
        name=name,
        command=[tool("nginx") or "nginx", "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")],
        ready=serves(f"http://{HOST}:{port}/ready"),
        log=LOGS / f"{folder_name}.log",
        core=core,
    )


def hello(
    words: Sequence[str], *, ready: Ready, core: int | None, environment: Mapping[str, str] | None = None
) -> MeasuredProcess:
    """A hello-world in Python; `words` follow the interpreter, with `{port}` in them."""
    return MeasuredProcess(
        name="hello-world",
        command=[str(VENV_PYTHON), *(word.format(port=BARE_ROUTE_PORT) for word in words)],
        ready=ready,
        log=LOGS / "hello-world.log",
        core=core,
        environment={**(environment or {}), "DJANGO_SETTINGS_MODULE": "tests.bench.peers.hello_django.settings"},
    )
