"""What a person meets at the balancer while parts of two zones are gone."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.settings.profiles import Profile, profile_named
from deploy.local.zones import balancer_view
from deploy.local.zones.balancer import configuration, problem
from tests.deploy.small_programs import eventually
from tests.deploy.zones_stand import Zones, two_zones

HANDSHAKE = (
    b"GET /ws/echo HTTP/1.1\r\nHost: salon\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)

CLICK = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def zones(profile: Profile, tmp_path: Path) -> Iterator[Zones]:
    with two_zones(profile, tmp_path) as zones:
        yield zones


@pytest.mark.parametrize("balancers", [(), ("10.0.0.0/8", "fd00::/8")])
def test_haproxy_can_read_what_it_is_given(tmp_path: Path, balancers: tuple[str, ...]) -> None:
    path = tmp_path / "haproxy.cfg"
    path.write_text(configuration(profile_named("ha", salon_port=8000, lite=False), balancers))

    asked = subprocess.run(["haproxy", "-c", "-f", str(path)], capture_output=True, text=True, check=False)

    assert asked.returncode == 0, asked.stderr
    assert "WARNING" not in asked.stderr
    assert "${" not in path.read_text()


def test_no_request_fails_when_a_zone_is_killed(zones: Zones) -> None:
    statuses = []
    for number in range(60):
        if number == 20:
            zones.kill("nginx-b")
            zones.kill("main-b")
            zones.kill("queue-b")
        method = ("GET", "POST")[number % 2]
        statuses.append(zones.ask("/api/v1/bookings", method, body=b"{}", Content_Type="application/json")[0].status)

    assert set(statuses) == {200}
    assert zones.served_by() == {"main-a"}


def test_a_zone_whose_main_is_not_ready_gets_nothing_although_its_nginx_is_up(zones: Zones) -> None:
    zones.stands["main-b"].is_ready = False

    assert eventually(lambda: zones.served_by() == {"main-a"})
    assert zones.ask("/healthz", part="nginx-b")[0].status == 200

    zones.stands["main-b"].is_ready = True
    assert eventually(lambda: zones.served_by() == {"main-a", "main-b"})


def test_a_zone_whose_queue_is_gone_is_not_ready(zones: Zones) -> None:
    zones.kill("queue-b")

    assert eventually(lambda: zones.served_by() == {"main-a"})


def test_until_the_balancer_knows_a_zone_asks_the_other_ones_main_in_place_of_its_own(zones: Zones) -> None:
    zones.kill("main-b")

    answer, _ = zones.ask("/api/v1/salons", part="nginx-b")

    assert answer.status == 200
    assert answer.headers["X-Served-By"] == "main-a"


def test_a_zone_asks_its_own_processes_first(zones: Zones) -> None:
    served = {zones.ask("/api/v1/salons", part="nginx-b")[0].headers["X-Served-By"] for _ in range(10)}

    assert served == {"main-b"}


def test_with_no_zone_ready_the_page_and_the_line_are_still_there(zones: Zones) -> None:
    """As when MySQL has no primary: each endpoint says itself what it cannot do."""
    for name in ("main-a", "main-b"):
        zones.stands[name].is_ready = False

    def role_of_nginx() -> str:
        return balancer_view.roles(zones.profile)["nginx-a"]

    assert eventually(lambda: "not ready" in role_of_nginx() and "asked all the same" in role_of_nginx())
    assert zones.ask("/")[1] == b"<title>salon</title>"
    assert zones.ask("/queue/v1/events")[0].status == 200


@pytest.mark.parametrize(("asked", "language"), [("en-US,ko;q=0.5", "en"), ("ko", "ko"), ("fr", "ko")])
def test_with_nobody_there_the_balancer_says_so_in_the_words_of_all_refusals(
    zones: Zones, asked: str, language: str
) -> None:
    zones.kill("nginx-a")
    zones.kill("nginx-b")
    assert eventually(lambda: balancer_view.roles(zones.profile)["balancer"].endswith("nobody: 503"))

    answer, body = zones.ask("/api/v1/salons", Accept_Language=asked, X_Request_ID=CLICK)
    unnamed, _ = zones.ask("/api/v1/salons")

    assert answer.status == 503
    assert answer.headers["X-Request-ID"] == CLICK
    assert re.fullmatch(r"[0-9a-f]{32}", unnamed.headers["X-Request-ID"])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "2"
    assert json.loads(body) == json.loads(problem(503, language))


def test_in_the_moment_of_a_loss_of_everything_the_answer_is_a_problem_too(zones: Zones) -> None:
    zones.kill("nginx-a")
    zones.kill("nginx-b")

    answer, body = zones.ask("/api/v1/salons")

    assert answer.status in {502, 503}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["status"] == answer.status
    assert answer.headers["X-Request-ID"]


def test_an_id_that_could_break_a_log_is_replaced_by_one_of_ours(zones: Zones) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", zones.sees(X_Request_ID='"},{"a":"b')["X-Request-ID"])


def test_what_was_sent_and_not_answered_is_not_sent_again_unless_it_only_reads(zones: Zones) -> None:
    zones.ask("/api/drop", "POST", body=b"{}", Content_Type="application/json")
    posted = [line for stand in zones.stands.values() for line in stand.requests if line.startswith("POST")]

    assert len(posted) == 1


def test_what_a_client_says_of_its_own_address_is_not_believed(zones: Zones) -> None:
    assert zones.sees(X_Forwarded_For="6.6.6.6")["X-Forwarded-For"] == "127.0.0.1"


def test_only_the_balancer_is_believed_about_whom_it_speaks_for(zones: Zones) -> None:
    answer, body = zones.ask("/api/v1/salons", part="nginx-a", X_Forwarded_For="6.6.6.6")

    assert answer.status == 200
    assert json.loads(body)["headers"]["X-Forwarded-For"] == "127.0.0.1"


@pytest.mark.parametrize("part", ["balancer", "nginx-a"])
def test_only_the_balancer_may_ask_whether_a_zone_is_ready(zones: Zones, part: str) -> None:
    answer, _ = zones.ask("/readyz", part=part)

    assert answer.status == 404


def test_the_trace_of_a_caller_is_the_request_id_behind_both(zones: Zones) -> None:
    seen = zones.sees(traceparent=f"00-{'c' * 32}-b7ad6b7169203331-01")

    assert seen["X-Request-ID"] == "c" * 32
    assert seen["traceparent"].startswith(f"00-{'c' * 32}-")


def test_a_request_id_of_the_callers_goes_through_both(zones: Zones) -> None:
    assert zones.sees(X_Request_ID=CLICK)["X-Request-ID"] == CLICK


def _shorter(text: str) -> str:
    """With one second of patience in place of a minute."""
    for side in ("client", "server"):
        assert f"timeout {side} 65s" in text
        text = text.replace(f"timeout {side} 65s", f"timeout {side} 1s")
    return text


def test_a_stream_stays_for_as_long_as_it_says_something(profile: Profile, tmp_path: Path) -> None:
    with two_zones(profile, tmp_path, spoil=_shorter) as zones:
        _, body = zones.ask("/queue/beats")

    assert re.findall(r"\d+", body.decode()) == [str(number) for number in range(6)]


def test_a_socket_stays_although_nobody_says_anything(profile: Profile, tmp_path: Path) -> None:
    with (
        two_zones(profile, tmp_path, spoil=_shorter) as zones,
        socket.create_connection(("127.0.0.1", zones.profile.port("balancer")), timeout=10) as connection,
    ):
        connection.sendall(HANDSHAKE)
        assert b" 101 " in connection.recv(1000)
        time.sleep(2.5)

        connection.sendall(b"still here")

        assert connection.recv(100) == b"still here"
