"""The process supervisor: a supervisord of our own for each run, told what to do over its socket.

supervisord keeps the logs and owns the processes. Nothing is restarted by it: on a developer's machine a process that
dies is a bug to look at, so the whole run stops and shows its last lines. Where there are two zones, what dies is
started again by `zones/restarts.py`.
"""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from deploy.local.failure import Abandoned, CannotGoOn, tail
from deploy.local.places import ROOT, VENV, VENV_PYTHON, shown
from deploy.local.releases.release import assigned_link
from deploy.local.run.holds import is_held
from deploy.local.run.pids import pid_file
from deploy.local.run.previous_run import lock_of
from deploy.local.run.probes import HOST
from deploy.local.run.program import Program
from deploy.local.run.supervisor_calls import ALIVE, NOT_WAITING, ask, socket_path
from deploy.local.settings.given import for_children
from deploy.local.settings.profiles import Profile

POLL_SECONDS = 0.1
SUPERVISORD = VENV / "bin" / "supervisord"
SUPERVISORD_SECONDS = 60.0
END_WITH_PARENT = str(Path(__file__).with_name("end_with_parent.py"))
START_ASSIGNED = str(ROOT / "deploy" / "local" / "releases" / "start_assigned.py")


class Supervision:
    """Lives as long as its `with` block; whatever it started is gone afterwards."""

    def __init__(self, profile: Profile, programs: Sequence[Program], environment: Mapping[str, str]) -> None:
        self._profile = profile
        self._programs = {program.name: program for program in programs}
        self._started: set[str] = set()
        self._abandoned = threading.Event()
        self._environment = for_children(environment)
        self._config = profile.state / "supervisord.conf"
        self._socket = socket_path(profile)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Supervision:
        self._profile.logs.mkdir(parents=True, exist_ok=True)
        pid_file(self._profile, "supervisord").parent.mkdir(exist_ok=True)
        config = configuration(self._profile, list(self._programs.values()), self._socket)
        self._config.write_text(config, encoding="utf-8")
        # One that was killed leaves it behind.
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            _ending_with_parent(
                self._profile, "supervisord", [str(SUPERVISORD), "--nodaemon", "--configuration", str(self._config)]
            ),
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Its own session: Ctrl-C is for us, who then stop things in order.
            start_new_session=True,
        )
        try:
            self._wait_for_supervisord(self._process)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        for program in self._programs.values():
            # Gone or not even started is as good as stopped.
            with suppress(OSError, xmlrpc.client.Error):
                if program.stops_first:
                    self._ask("stopProcess", program.name, NOT_WAITING)
        # supervisord stops the rest one by one, in the reverse of their order of start, and then itself.
        self._process.terminate()
        self._process.wait()
        self._process = None

    def start(self, name: str) -> None:
        """Prepares, starts and returns when it is ready. Raises CannotGoOn with the end of its log."""
        program = self._programs[name]
        program.prepare()
        log = self._profile.logs / f"{name}.log"
        with log.open("a", encoding="utf-8") as file:
            print(f"--- started {time.strftime('%Y-%m-%d %H:%M:%S')}", file=file)
        try:
            self._ask("startProcess", name, NOT_WAITING)
        except xmlrpc.client.Fault as fault:
            raise self._failed(program, f"it could not be started: {fault.faultString}") from fault
        self._wait_until_ready(program)
        program.once_ready()
        self._started.add(name)

    def pid_of(self, name: str) -> int:
        """0 when it does not run."""
        return int(self._ask("getProcessInfo", name)["pid"])

    def stop(self, name: str) -> None:
        self._ask("stopProcess", name)

    def abandon(self) -> None:
        """Whoever waits for readiness waits no more."""
        self._abandoned.set()

    def first_dead(self) -> CannotGoOn | None:
        """The first of the started programs that runs no more, although nobody holds it down."""
        if self.has_ended():
            return self.end_of_supervisord()
        for name, description in self.dead().items():
            if not is_held(self._profile, name):
                return self._failed(self._programs[name], f"it ended by itself: {description}")
        return None

    def end_of_supervisord(self) -> CannotGoOn | None:
        if not self.has_ended():
            return None
        return CannotGoOn(what="supervisord ended", why=tail(self._profile.logs / "supervisord.log"), do="try again")

    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def dead(self) -> dict[str, str]:
        """Each of the started programs that runs no more, and what is known of its end.

        Started by whom does not matter: `make scale` starts some too.
        """
        states = {str(info["name"]): info for info in self._ask("getAllProcessInfo")}
        self._started |= {name for name, info in states.items() if info["statename"] == "RUNNING"}
        ended = [name for name in self._programs if name in self._started and states[name]["statename"] not in ALIVE]
        return {name: str(states[name]["description"]) for name in ended}

    def _wait_until_ready(self, program: Program) -> None:
        until = time.monotonic() + program.ready_seconds
        while not program.ready():
            info = self._ask("getProcessInfo", program.name)
            if info["statename"] not in ALIVE:
                raise self._failed(program, f"it ended before it was ready: {info['description']}")
            if time.monotonic() > until:
                raise self._failed(program, f"it was not ready within {program.ready_seconds} s")
            if self._abandoned.wait(POLL_SECONDS):
                raise Abandoned

    def _wait_for_supervisord(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + SUPERVISORD_SECONDS
        while True:
            try:
                self._ask("getState")
                return
            except (OSError, xmlrpc.client.ProtocolError):
                if process.poll() is not None or time.monotonic() > until:
                    why = tail(self._profile.logs / "supervisord.log")
                    raise CannotGoOn(
                        what="supervisord did not start", why=why, do="see its configuration in .local"
                    ) from None
                time.sleep(POLL_SECONDS)

    def _ask(self, method: str, *words: str | bool) -> Any:
        return ask(self._profile, method, *words)

    def _failed(self, program: Program, why: str) -> CannotGoOn:
        log = self._profile.logs / f"{program.name}.log"
        return CannotGoOn(
            what=program.name,
            why=f"{why}\nlast lines of {shown(log)}:\n{tail(log)}",
            do=f"read {shown(log)}; when its data is broken: make clean PROFILE={self._profile.name}",
        )


def configuration(profile: Profile, programs: Sequence[Program], socket: Path) -> str:
    head = f"""\
[supervisord]
logfile={_plain(profile.logs / "supervisord.log")}
pidfile={_plain(profile.state / "supervisord.pid")}
childlogdir={_plain(profile.logs)}

[unix_http_server]
file={_plain(socket)}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
    return head + "".join(section(profile, program, order) for order, program in enumerate(programs, start=1))


def _ending_with_parent(profile: Profile, name: str, command: Sequence[str]) -> list[str]:
    files = [str(lock_of(profile)), str(pid_file(profile, name))]
    return [str(VENV_PYTHON), "-I", END_WITH_PARENT, *files, *command]


def _command(profile: Profile, program: Program) -> Sequence[str]:
    if not program.of_a_release:
        return program.command
    link = str(assigned_link(profile, program.name))
    return [str(VENV_PYTHON), "-I", START_ASSIGNED, link, program.name, HOST, str(program.ports[0]), *program.command]


def section(profile: Profile, program: Program, order: int) -> str:
    environment = ",".join(f'{key}="{_plain(value)}"' for key, value in program.environment.items())
    return f"""
[program:{program.name}]
command={_plain(shlex.join(_ending_with_parent(profile, program.name, _command(profile, program))))}
directory={_plain(program.cwd)}
environment={environment}
priority={order}
autostart=false
autorestart=false
startsecs=0
startretries=0
stopsignal={program.stop_signal}
stopwaitsecs={program.stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={_plain(profile.logs / program.name)}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=1
"""


def _plain(value: object) -> str:
    """supervisord reads `%` as the beginning of an expression and `;` after a space as a comment."""
    text = str(value)
    if "\n" in text or '"' in text or " ;" in text:
        raise ValueError(f"cannot stand in supervisord's configuration: {text!r}")
    return text.replace("%", "%%")
