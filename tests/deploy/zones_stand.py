"""A real HAProxy before two real nginx, and small servers in the place of mains and queues."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deploy.local.run.nginx import nginx_program
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile
from deploy.local.zones.balancer import SOURCE, balancer
from deploy.topology import HA
from tests.deploy.nginx_stand import Answer, Stand, Upstream
from tests.deploy.small_programs import eventually

UPSTREAMS = ("main-a", "main-b", "queue-a", "queue-b")


class ReadyOrNot(Stand):
    def __init__(self, port: int) -> None:
        super().__init__(port, Process)
        self.is_ready = True
        self.beats = 6


class Process(Upstream):
    """Says whether it is ready; streams frames at /queue/beats; speaks back at /ws/echo."""

    server: ReadyOrNot

    def do_GET(self) -> None:  # noqa: N802
        if self.path == "/readyz":
            self.send_response(200 if self.server.is_ready else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/queue/beats":
            self._beat()
        elif self.path == "/ws/echo":
            self._echo()
        else:
            super().do_GET()

    def end_headers(self) -> None:
        # Else one that is killed would go on answering on the connections that it has.
        if self.path != "/ws/echo":
            self.send_header("Connection", "close")
        super().end_headers()

    def _beat(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for number in range(self.server.beats):
            self.wfile.write(f"data: {number}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.5)
        self.close_connection = True

    def _echo(self) -> None:
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()  # noqa: S324  # as RFC 6455 has it
        self.send_response(101)
        self.send_header("Sec-WebSocket-Accept", accept)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.end_headers()
        while received := self.connection.recv(100):
            self.wfile.write(received)
        self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815


@dataclass
class Zones:
    profile: Profile
    stands: dict[str, ReadyOrNot] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def ask(
        self, path: str, method: str = "GET", *, part: str = "balancer", body: bytes | None = None, **headers: Any
    ) -> tuple[Answer, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.profile.port(part), timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(connection):
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            return answer, answer.read()

    def served_by(self, times: int = 8) -> set[str | None]:
        return {self.ask("/api/v1/salons")[0].headers["X-Served-By"] for _ in range(times)}

    def sees(self, **headers: Any) -> dict[str, str]:
        """The headers that reached a main."""
        seen: dict[str, str] = json.loads(self.ask("/api/v1/salons", **headers)[1])["headers"]
        return seen

    def kill(self, name: str) -> None:
        if name in self.running:
            process = self.running.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            self.stands[name].shutdown()
            self.stands.pop(name).server_close()


@contextmanager
def two_zones(profile: Profile, folder: Path, *, spoil: Callable[[str], str] = str) -> Iterator[Zones]:
    """`spoil` changes the balancer's configuration before it starts."""
    zones = Zones(replace(profile, topology=HA))
    dist = folder / "dist"
    dist.mkdir()
    (dist / "index.html").write_text("<title>salon</title>")
    zones.profile.logs.mkdir(parents=True)
    programs = [nginx_program(zones.profile, dist, balancers=[SOURCE], zone=zone) for zone in HA.zones]
    before = balancer(zones.profile)
    with ExitStack() as stack:
        for name in UPSTREAMS:
            stand = zones.stands[name] = ReadyOrNot(zones.profile.port(name))
            threading.Thread(target=stand.serve_forever, args=(0.05,), daemon=True).start()
        for program in (*programs, before):
            program.prepare()
            if program is before:
                path = zones.profile.state / "haproxy.cfg"
                path.write_text(spoil(path.read_text()))
            _start(zones, program, stack)
        assert eventually(lambda: zones.served_by() == {"main-a", "main-b"})
        yield zones
        for name in list(zones.stands):
            zones.kill(name)


def _start(zones: Zones, program: Program, stack: ExitStack) -> None:
    log = stack.enter_context((zones.profile.logs / f"{program.name}.log").open("wb"))
    command = ["setpriv", "--pdeathsig", "TERM", *program.command]
    process = subprocess.Popen(command, stdout=log, stderr=log, process_group=0)
    zones.running[program.name] = process
    stack.callback(process.wait)
    stack.callback(process.terminate)
    assert eventually(program.ready)
