"""On a real nginx with our template, and small servers in the place of main and queue."""

from __future__ import annotations

import http.client
import http.server
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local import edge as edge_module
from deploy.local.edge import edge
from deploy.local.profiles import Profile

Answer = http.client.HTTPResponse


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
        body = json.dumps({"path": self.path, "headers": dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET  # noqa: N815

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

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Upstream)
        self.requests: list[str] = []
        self.let_go = threading.Event()


@dataclass
class Edge:
    profile: Profile
    stands: dict[str, Stand] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[Answer, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.profile.web_port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        with closing(connection), connection.getresponse() as answer:
            return answer, answer.read()

    def sees(self, path: str, **headers: str) -> dict[str, str]:
        """The headers that reached the upstream."""
        _, content = self.ask(path, "GET", None, **headers)
        seen: dict[str, str] = json.loads(content)["headers"]
        return seen

    def kill(self, name: str) -> None:
        self.stands[name].shutdown()
        self.stands.pop(name).server_close()


@pytest.fixture
def door(profile: Profile, tmp_path: Path) -> Iterator[Edge]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>salon</title>")
    (dist / "assets" / "app-1a2b.js").write_text("1")
    program = edge(profile, dist)
    profile.logs.mkdir(parents=True)
    program.prepare()
    door = Edge(profile)
    with _standing(door), subprocess.Popen(program.command, stderr=subprocess.DEVNULL) as nginx:
        try:
            until = time.monotonic() + 10
            while not program.ready() and time.monotonic() < until:
                time.sleep(0.02)
            yield door
        finally:
            nginx.terminate()


@contextmanager
def _standing(door: Edge) -> Iterator[None]:
    for name in ("main-1", "main-2", "queue-1", "queue-2"):
        door.stands[name] = Stand(door.profile.port(name))
        threading.Thread(target=door.stands[name].serve_forever, args=(0.05,), daemon=True).start()
    yield
    for name in list(door.stands):
        door.kill(name)


@pytest.mark.parametrize(
    ("path", "service"),
    [("/api/v1/salons", "main"), ("/admin/", "main"), ("/static/a.css", "main"), ("/queue/v1/events/1/line", "queue")],
)
def test_each_path_reaches_its_service_unchanged_and_says_which_instance_answered(
    door: Edge, path: str, service: str
) -> None:
    answer, content = door.ask(path)

    assert json.loads(content)["path"] == path
    assert answer.headers["X-Served-By"] in {f"127.0.0.1:{door.profile.port(f'{service}-{n}')}" for n in (1, 2)}


def test_joins_of_one_address_beyond_its_rate_are_refused_and_nothing_else_is(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(edge_module, "JOINS_PER_ADDRESS", "1r/s")
    monkeypatch.setattr(edge_module, "JOINS_BURST", 5)
    door: Edge = request.getfixturevalue("door")
    ticket = "/queue/v1/events/5e6c5ba0/ticket"

    joins = [door.ask(ticket, "POST", b"{}")[0].status for _ in range(8)]
    refused, problem = door.ask(ticket, "POST", b"{}")
    others = [door.ask(ticket, "DELETE")[0].status, door.ask("/queue/v1/events/5e6c5ba0/place")[0].status]

    assert joins == [200] * 6 + [429] * 2
    assert (refused.status, refused.headers["Retry-After"], json.loads(problem)["code"]) == (429, "2", "rate-limited")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert others == [200, 200]


def test_requests_go_round_both_instances(door: Edge) -> None:
    served_by = {door.ask("/api/v1/salons")[0].headers["X-Served-By"] for _ in range(8)}

    assert len(served_by) == 2


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/readyz"])
def test_numbers_for_operators_are_not_reachable_from_outside(door: Edge, path: str) -> None:
    answer, _ = door.ask(path)

    assert answer.status == 404
    assert all(stand.requests == [] for stand in door.stands.values())


def test_a_stream_is_passed_on_frame_by_frame(door: Edge) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", door.profile.web_port, timeout=5)
    connection.request("GET", "/queue/stream")
    answer = connection.getresponse()

    with closing(connection), answer:
        first = answer.readline()
        for stand in door.stands.values():
            stand.let_go.set()
        rest = answer.read()

    assert first == b"data: first\n"
    assert b"second" in rest


def test_a_websocket_asks_main_to_change_the_protocol(door: Edge) -> None:
    seen = door.sees("/ws/v1/chat", Upgrade="websocket", Connection="Upgrade")

    assert (seen["Upgrade"], seen["Connection"]) == ("websocket", "upgrade")


def test_no_other_change_of_protocol_is_passed_on(door: Edge) -> None:
    seen = door.sees("/api/v1/salons", Upgrade="h2c", Connection="Upgrade, HTTP2-Settings")

    assert "Upgrade" not in seen


def test_what_a_client_says_about_its_address_is_not_believed(door: Edge) -> None:
    seen = door.sees("/api/v1/salons", X_Forwarded_For="8.8.8.8", X_Real_IP="8.8.8.8")

    assert (seen["X-Forwarded-For"], seen["X-Real-IP"]) == ("127.0.0.1", "127.0.0.1")


def test_a_request_id_is_kept_when_it_is_plain_and_made_when_it_is_not(door: Edge) -> None:
    assert door.sees("/api/v1/salons", X_Request_ID="abcd-1234-efgh")["X-Request-ID"] == "abcd-1234-efgh"
    assert door.sees("/api/v1/salons", X_Request_ID='"; drop')["X-Request-ID"] != '"; drop'
    assert len(door.sees("/api/v1/salons")["X-Request-ID"]) == 32


def test_with_one_instance_down_every_request_is_still_answered(door: Edge) -> None:
    door.kill("main-1")

    assert {door.ask("/api/v1/salons", method)[0].status for method in ("GET", "POST") for _ in range(6)} == {200}


def test_a_write_that_was_sent_is_never_sent_twice(door: Edge) -> None:
    answer, _ = door.ask("/api/drop", "POST", b"{}")

    assert answer.status == 502
    assert sum(stand.requests.count("POST /api/drop") for stand in door.stands.values()) == 1


def test_a_read_that_failed_is_asked_of_the_other_instance(door: Edge) -> None:
    door.ask("/api/drop")

    assert [door.stands[name].requests for name in ("main-1", "main-2")] == [["GET /api/drop"], ["GET /api/drop"]]


def test_nginxs_own_refusals_have_the_shape_of_all_others(door: Edge) -> None:
    too_large = door.ask("/api/v1/salons", "POST", b"x" * (1024 * 1024 + 1))
    for name in ("main-1", "main-2"):
        door.kill(name)
    answers = {
        413: too_large,
        502: door.ask("/api/v1/salons"),
        404: door.ask("/assets/gone.js"),
        405: door.ask("/salons", "POST", b""),
    }

    for status, (answer, content) in answers.items():
        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
        problem = json.loads(content)
        assert problem["status"] == status
        assert {"type", "title", "code"} <= problem.keys()
    assert answers[502][0].headers["Retry-After"] == "2"


def test_any_page_of_the_client_is_its_index_and_never_cached(door: Edge) -> None:
    answer, content = door.ask("/salons/7")

    assert content == b"<title>salon</title>"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_file_with_a_hash_in_its_name_is_cached_for_ever(door: Edge) -> None:
    answer, _ = door.ask("/assets/app-1a2b.js")

    assert "immutable" in answer.headers["Cache-Control"]


def test_only_this_machine_can_connect(door: Edge) -> None:
    listening = Path("/proc/net/tcp").read_text()
    port = f":{door.profile.web_port:04X} "

    addresses = {row.split()[1] for row in listening.splitlines()[1:] if port in row and row.split()[3] == "0A"}

    assert addresses == {socket.inet_aton("127.0.0.1")[::-1].hex().upper() + port.strip()}
