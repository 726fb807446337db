"""Who asks: the address that is handed on and counted, and how much one of them may have."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.run import nginx as nginx_module
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile
from tests.deploy.nginx_stand import Nginx, is_refused, open_nginx

ENTRYPOINT = ROOT / "deploy" / "nginx" / "15-balancers.envsh"


@pytest.fixture
def nginx(own_nginx: Nginx) -> Nginx:
    """Of each test its own: nginx counts, and remembers."""
    return own_nginx


def _addresses(nginx: Nginx, **headers: str) -> tuple[str, str]:
    seen = nginx.sees("/api/v1/salons", **headers)
    return seen["X-Real-IP"], seen["X-Forwarded-For"]


def test_without_a_setting_nobody_is_believed_about_their_address(nginx: Nginx) -> None:
    lies = {"X_Forwarded_For": "8.8.8.8", "X_Real_IP": "8.8.8.8", "Forwarded": "for=8.8.8.8"}

    assert _addresses(nginx, **lies) == ("127.0.0.1", "127.0.0.1")
    assert "Forwarded" not in nginx.sees("/api/v1/salons", **lies)


def test_a_balancer_is_believed_about_the_last_stranger_that_it_names(profile: Profile, tmp_path: Path) -> None:
    with open_nginx(profile, tmp_path, balancers=["127.0.0.0/8", "10.0.0.0/8"]) as nginx:
        assert _addresses(nginx, X_Forwarded_For="8.8.8.8, 203.0.113.9, 10.1.2.3") == ("203.0.113.9",) * 2
        assert _addresses(nginx, X_Forwarded_For="2001:db8::1") == ("2001:db8::1",) * 2
        assert _addresses(nginx, X_Real_IP="8.8.8.8") == ("127.0.0.1",) * 2


def test_addresses_of_one_ipv6_network_count_together_and_those_of_others_apart(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path
) -> None:
    monkeypatch.setattr(nginx_module, "JOINS_PER_ADDRESS", "1r/m")
    monkeypatch.setattr(nginx_module, "JOINS_BURST", 3)
    ticket = "/queue/v1/events/x/ticket"

    def passed(nginx: Nginx, *callers: str) -> int:
        def ask(who: str) -> int:
            return nginx.ask(ticket, "POST", b"{}", Content_Type="application/json", X_Forwarded_For=who)[0].status

        with ThreadPoolExecutor(len(callers)) as at_once:  # a refusal takes two seconds to end
            return Counter(at_once.map(ask, callers))[200]

    with open_nginx(profile, tmp_path, balancers=["127.0.0.1"]) as nginx:
        assert passed(nginx, *(f"2001:db8:1:2::{n}" for n in range(1, 9))) == 4
        assert passed(nginx, *(f"2001:db8:1:{n}::1" for n in range(3, 11))) == 8
        assert passed(nginx, *(f"203.0.113.{n}" for n in range(1, 9))) == 8
        assert passed(nginx, *(f"::ffff:198.51.100.{n}" for n in range(1, 9))) == 8
        assert passed(nginx, *["::ffff:203.0.113.77"] * 4, *["203.0.113.77"] * 4) == 4


def test_one_address_cannot_hold_all_connections(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path
) -> None:
    monkeypatch.setattr(nginx_module, "CONNECTIONS_PER_ADDRESS", 20)
    slow = "POST /api/v1/rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"

    with open_nginx(profile, tmp_path) as nginx, ExitStack() as held:
        for _ in range(20):
            connection = socket.create_connection(
                ("127.0.0.1", nginx.profile.web_port), source_address=("127.0.0.3", 0)
            )
            held.enter_context(closing(connection)).sendall(slow.encode())
        time.sleep(0.3)
        head, body = nginx.send_raw("GET /salons HTTP/1.0\r\n\r\n", source="127.0.0.3")
        others = nginx.ask("/api/v1/salons")[0].status

    assert " 429 " in head
    assert json.loads(body)["code"] == "rate-limited"
    assert others == 200
    assert all("POST" not in request for stand in nginx.stands.values() for request in stand.requests)


def test_passwords_at_the_admin_are_tried_one_after_the_other(nginx: Nginx) -> None:
    form = (
        "POST /admin/login/ HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n\r\nx"
    )
    connections = [socket.create_connection(("127.0.0.1", nginx.profile.web_port), timeout=20) for _ in range(40)]
    for connection in connections:
        connection.sendall(form.encode())
    time.sleep(1.0)
    tried = sum(stand.requests.count("POST /admin/login/") for stand in nginx.stands.values())
    refused = sum(is_refused(connection) for connection in connections)

    assert 3 <= tried <= 12  # three at once, then two a second
    assert refused >= 10


# A request line, headers and a body that are not finished, and how long each may take.
UNFINISHED = {
    "GET /api/v1/salons HT": 5,
    "GET /api/v1/salons HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n": 5,
    (
        "POST /queue/v1/events/x/ticket HTTP/1.1\r\nHost: x\r\n"
        "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    ): 10,
}


def test_who_does_not_finish_a_request_is_sent_away_and_no_service_learns_of_it(nginx: Nginx) -> None:
    def wait_for_the_end(begun: str) -> tuple[str, float]:
        began = time.monotonic()
        head, _ = nginx.send_raw(begun)
        return head, time.monotonic() - began

    with ThreadPoolExecutor(len(UNFINISHED)) as at_once:
        ends = list(at_once.map(wait_for_the_end, UNFINISHED))

    for (head, seconds), seconds_max in zip(ends, UNFINISHED.values(), strict=True):
        assert head == "" or " 408 " in head
        assert seconds < seconds_max + 3
    assert all(stand.requests == [] for stand in nginx.stands.values())


@pytest.mark.parametrize(
    ("given", "networks"),
    [
        ("", ()),
        ("10.0.0.0/8", ("10.0.0.0/8",)),
        ("10.0.0.0/8, fd00::/8 192.0.2.7", ("10.0.0.0/8", "fd00::/8", "192.0.2.7/32")),
    ],
)
def test_balancers_are_named_as_networks(given: str, networks: tuple[str, ...]) -> None:
    assert read_choices(Path("/nowhere"), {"SALON_BALANCERS": given}).balancers == networks
    assert _in_docker(given) == [network.removesuffix("/32") for network in networks]


@pytest.mark.parametrize(
    "given", ["0.0.0.0/0", "::/0", "balancer.internal", "10", "10.0.0.0/8;", "10.0.0.1 cafe", "a/b"]
)
def test_what_is_no_balanceris_refused_at_the_start(given: str) -> None:
    with pytest.raises(CannotGoOn, match="SALON_BALANCERS"):
        read_choices(Path("/nowhere"), {"SALON_BALANCERS": given})
    with pytest.raises(subprocess.CalledProcessError):
        _in_docker(given)


@pytest.mark.parametrize("given", ["salon.example", "https://salon.example/", "ftp://x", 'https://x" y'])
def test_what_is_no_address_of_a_siteis_refused_at_the_start(given: str) -> None:
    with pytest.raises(CannotGoOn, match="SALON_PUBLIC_URL"):
        read_choices(Path("/nowhere"), {"SALON_PUBLIC_URL": given})


def _in_docker(given: str) -> list[str]:
    """As the start of nginx's image reads it: the script is sourced, and its variables are filled in."""
    script = f'set -e; . {ENTRYPOINT}; printf %s "$SALON_REAL_IP_FROM"'
    ran = subprocess.run(
        ["sh", "-c", script], env={**os.environ, "SALON_BALANCERS": given}, capture_output=True, text=True, check=True
    )
    return [line.removeprefix("set_real_ip_from ") for line in ran.stdout.split("; ") if line]
