"""A real nginx with our template, and small servers in the place of main and queue."""

from __future__ import annotations

import http.client
import http.server
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.run.nginx import nginx_program
from deploy.local.settings.profiles import Profile

Answer = http.client.HTTPResponse
# What main says that everybody may keep.
EVERYBODYS = ("/api/v1/breeds", "/api/v1/dogs/kept", "/api/v1/salons?q=")


class Upstream(http.server.BaseHTTPRequestHandler):
    """Tells what reached it; streams two frames at /queue/stream, the second one only when it is let."""

    protocol_version = "HTTP/1.1"
    server: Stand

    def do_GET(self) -> None:
        if self.path == "/queue/stream":
            self._stream()
            return
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        self.server.requests.append(f"{self.command} {self.path}")
        if self.path == "/api/drop":
            self.close_connection = True
            return
        if self.path == "/api/refuse":
            self._refuse()
            return
        body = json.dumps({"path": self.path, "headers": dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        for name in ("X-Request-ID", "X-Frame-Options", "Referrer-Policy", "X-Content-Type-Options"):
            self.send_header(name, "as main has it")
        if self.path == "/api/v1/kept":
            self.send_header("Cache-Control", "private, no-cache")
        if self.path.startswith(EVERYBODYS):
            self.send_header("Cache-Control", "public, max-age=10")
            self.send_header("X-Accel-Expires", "1")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _refuse(self) -> None:
        self.send_response(503)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "13")
        self.end_headers()
        self.wfile.write(b"its own words")

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        self.server.let_go.wait(10)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


class Stand(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024  # a burst is met by nginx, not by what stands behind it

    def __init__(self, port: int, upstream: type[Upstream] = Upstream) -> None:
        super().__init__(("127.0.0.1", port), upstream)
        self.requests: list[str] = []
        self.let_go = threading.Event()


@dataclass
class Nginx:
    profile: Profile
    stands: dict[str, Stand] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[Answer, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.profile.web_port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        with closing(connection), connection.getresponse() as answer:
            return answer, answer.read()

    def send_raw(self, text: str, *, source: str = "127.0.0.1") -> tuple[str, bytes]:
        """Exactly these bytes, and what came back until the end: head and body."""
        with socket.create_connection(
            ("127.0.0.1", self.profile.web_port), timeout=20, source_address=(source, 0)
        ) as connection:
            connection.sendall(text.encode())
            answer = b""
            # nginx resets who goes on saying nothing after a refusal.
            with suppress(ConnectionResetError):
                while piece := connection.recv(65_536):
                    answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.decode(), body

    def sees(self, path: str, **headers: str) -> dict[str, str]:
        """The headers that reached the upstream."""
        _, content = self.ask(path, "GET", None, **headers)
        seen: dict[str, str] = json.loads(content)["headers"]
        return seen

    def kill(self, name: str) -> None:
        self.stands[name].shutdown()
        self.stands.pop(name).server_close()


def is_refused(connection: socket.socket) -> bool:
    """At once; who only has to wait for a turn is not."""
    with closing(connection):
        connection.settimeout(0.01)
        try:
            return b" 429 " in connection.recv(100)
        except TimeoutError:
            return False


@contextmanager
def open_nginx(profile: Profile, folder: Path, **front: Any) -> Iterator[Nginx]:
    """`front` goes to nginx_program: `balancers` and `public_url`."""
    dist = folder / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>salon</title>")
    (dist / "favicon.ico").write_bytes(b"icon")
    (dist / ".env").write_text("SECRET=1")
    (dist / "assets" / "app-1a2b.js").write_text("1")
    program = nginx_program(profile, dist, **front)
    profile.logs.mkdir(parents=True)
    program.prepare()
    place = Nginx(profile)
    errors = (profile.logs / "nginx.log").open("wb")
    with errors, _standing(place), subprocess.Popen(program.command, stderr=errors) as nginx:
        try:
            until = time.monotonic() + 10
            while not program.ready() and time.monotonic() < until:
                time.sleep(0.02)
            yield place
        finally:
            nginx.terminate()


@contextmanager
def _standing(place: Nginx) -> Iterator[None]:
    for name in ("main-1", "main-2", "queue-1", "queue-2"):
        place.stands[name] = Stand(place.profile.port(name))
        threading.Thread(target=place.stands[name].serve_forever, args=(0.05,), daemon=True).start()
    yield
    for name in list(place.stands):
        place.kill(name)
