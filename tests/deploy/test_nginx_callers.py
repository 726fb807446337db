"""Who asks: the address that is handed on and counted, and how much one of them may have."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.run import nginx as edge_module
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile
from tests.deploy.nginx_stand import Edge, open_door

ENTRYPOINT = ROOT / "deploy" / "nginx" / "15-balancers.envsh"
SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3In0" + "s" * 40
TOKEN = f"{SIGNED}.{'x' * 342}"


def _addresses(door: Edge, **headers: str) -> tuple[str, str]:
    seen = door.sees("/api/v1/salons", **headers)
    return seen["X-Real-IP"], seen["X-Forwarded-For"]


def test_without_a_setting_nobody_is_believed_about_their_address(door: Edge) -> None:
    lies = {"X_Forwarded_For": "8.8.8.8", "X_Real_IP": "8.8.8.8", "Forwarded": "for=8.8.8.8"}

    assert _addresses(door, **lies) == ("127.0.0.1", "127.0.0.1")
    assert "Forwarded" not in door.sees("/api/v1/salons", **lies)


def test_a_balancer_is_believed_about_the_last_stranger_that_it_names(profile: Profile, tmp_path: Path) -> None:
    with open_door(profile, tmp_path, balancers=["127.0.0.0/8", "10.0.0.0/8"]) as door:
        assert _addresses(door, X_Forwarded_For="8.8.8.8, 203.0.113.9, 10.1.2.3") == ("203.0.113.9",) * 2
        assert _addresses(door, X_Forwarded_For="2001:db8::1") == ("2001:db8::1",) * 2
        assert _addresses(door, X_Real_IP="8.8.8.8") == ("127.0.0.1",) * 2


def test_addresses_of_one_ipv6_network_count_together_and_those_of_others_apart(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path
) -> None:
    monkeypatch.setattr(edge_module, "JOINS_PER_ADDRESS", "1r/m")
    monkeypatch.setattr(edge_module, "JOINS_BURST", 3)
    ticket = "/queue/v1/events/x/ticket"

    def passed(door: Edge, *callers: str) -> int:
        answers = [
            door.ask(ticket, "POST", b"{}", Content_Type="application/json", X_Forwarded_For=who) for who in callers
        ]
        return Counter(answer.status for answer, _ in answers)[200]

    with open_door(profile, tmp_path, balancers=["127.0.0.1"]) as door:
        assert passed(door, *(f"2001:db8:1:2::{n}" for n in range(1, 9))) == 4
        assert passed(door, *(f"2001:db8:1:{n}::1" for n in range(3, 11))) == 8
        assert passed(door, *(f"203.0.113.{n}" for n in range(1, 9))) == 8
        assert passed(door, *(f"::ffff:198.51.100.{n}" for n in range(1, 9))) == 8
        assert passed(door, *["::ffff:203.0.113.77"] * 4, *["203.0.113.77"] * 4) == 4


def test_a_credential_has_a_rate_of_its_own_wherever_it_comes_from(profile: Profile, tmp_path: Path) -> None:
    with open_door(profile, tmp_path, balancers=["127.0.0.1"]) as door:
        asked = [_quick(door, f"203.0.113.{n % 250}", f"Authorization: Bearer {TOKEN}\r\n") for n in range(450)]
        other = _quick(door, "203.0.113.1", f"Cookie: a=1; salon_access={SIGNED}x.{'x' * 342}\r\n")
        same = _quick(door, "203.0.113.1", f"Cookie: a=1; salon_access={TOKEN}\r\n")
        with closing(other):
            assert b" 200 " in other.recv(100)
        refused = sum(_is_refused(wire) for wire in [*asked, same])

    assert 50 <= refused <= 250


@pytest.mark.parametrize(
    "header",
    [
        f"Authorization: bEARER {TOKEN}",
        f"Authorization: Bearer   {TOKEN}",
        f"Authorization: Bearer \t {TOKEN} \t",
        f"Authorization: Bearer {TOKEN}==",
        f"Authorization: Bearer {TOKEN[:-1]}y",
        f"Authorization: Bearer {TOKEN[:-9]}!{TOKEN[-9:]}",
        f"Cookie: salon_access={TOKEN}",
        f'Cookie: salon_access="{TOKEN}"',
        f"Cookie: a=1;salon_access = {TOKEN} ;b=2",
        f"Cookie: salon_access={TOKEN}==",
        f"Cookie: a=1\r\nCookie: salon_access={TOKEN}",
        f"Authorization:\r\nCookie: salon_access={TOKEN}",
    ],
)
def test_a_credential_is_the_same_one_however_it_is_spelled(credentials: Edge, header: str) -> None:
    assert not _passes(credentials, "203.0.113.2", f"{header}\r\n")


@pytest.mark.parametrize(
    "header",
    [
        'Cookie: salon_access="\\145yJ.{n}.x"',
        f"Cookie: salon_access={SIGNED}{{n}}.x; salon_access={TOKEN}",
        f'Cookie: SALON_ACCESS={SIGNED}{{n}}.x; salon_access="\\145"',
        f"Authorization: Bearer \u00a0{TOKEN}{{n}}",
        "Authorization: Bearer {n}",
        "Authorization: Basic {n}",
    ],
)
def test_what_is_no_plain_credential_counts_with_all_such_of_its_address(credentials: Edge, header: str) -> None:
    passed = sum(_passes(credentials, "203.0.113.3", header.format(n=n) + "\r\n") for n in range(9))

    assert passed <= 4


def test_who_has_no_credential_meets_only_the_limits_of_the_address(credentials: Edge) -> None:
    for header in ("", "Cookie: a=1\r\n", "Cookie: salon_access=\r\n", "Cookie: salon_access=; b=2\r\n"):
        assert sum(_passes(credentials, "203.0.113.4", header) for _ in range(9)) == 9


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path) -> Iterator[Edge]:
    """A door at which one credential has three requests, and the usual one has had them."""
    templates = tmp_path / "templates"
    shutil.copytree(edge_module.TEMPLATES, templates)
    for name, usual, few in (
        ("callers.conf.template", r"(zone=credential:20m +)rate=30r/s", r"\1rate=1r/m"),
        ("site.conf.template", "(zone=credential) burst=300 delay=100", r"\1 burst=2 nodelay"),
    ):
        text, changed = re.subn(usual, few, (templates / name).read_text())
        assert changed
        (templates / name).write_text(text)
    monkeypatch.setattr(edge_module, "TEMPLATES", templates)
    with open_door(profile, tmp_path, balancers=["127.0.0.1"]) as door:
        for _ in range(5):
            _passes(door, "203.0.113.1", f"Authorization: Bearer {TOKEN}\r\n")
        yield door


def _passes(door: Edge, caller: str, header: str) -> bool:
    with closing(_quick(door, caller, header)) as wire:
        return b" 200 " in wire.recv(100)


def _quick(door: Edge, caller: str, header: str) -> socket.socket:
    """A request whose answer nobody waits for yet."""
    wire = socket.create_connection(("127.0.0.1", door.profile.web_port), timeout=20)
    wire.sendall(f"GET /queue/v1/events/x HTTP/1.0\r\nX-Forwarded-For: {caller}\r\n{header}\r\n".encode("latin-1"))
    return wire


def _is_refused(wire: socket.socket) -> bool:
    """At once; who only has to wait for a turn is not."""
    with closing(wire):
        wire.settimeout(0.01)
        try:
            return b" 429 " in wire.recv(100)
        except TimeoutError:
            return False


def test_one_address_cannot_hold_all_connections(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path
) -> None:
    monkeypatch.setattr(edge_module, "CONNECTIONS_PER_ADDRESS", 20)
    slow = "POST /api/v1/rooms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"

    with open_door(profile, tmp_path) as door, ExitStack() as held:
        for _ in range(20):
            wire = socket.create_connection(("127.0.0.1", door.profile.web_port), source_address=("127.0.0.3", 0))
            held.enter_context(closing(wire)).sendall(slow.encode())
        time.sleep(0.3)
        head, body = door.say("GET /salons HTTP/1.0\r\n\r\n", source="127.0.0.3")
        others = door.ask("/api/v1/salons")[0].status

    assert " 429 " in head
    assert json.loads(body)["code"] == "rate-limited"
    assert others == 200
    assert all("POST" not in request for stand in door.stands.values() for request in stand.requests)


def test_passwords_at_the_admin_are_tried_one_after_the_other(door: Edge) -> None:
    form = (
        "POST /admin/login/ HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n\r\nx"
    )
    wires = [socket.create_connection(("127.0.0.1", door.profile.web_port), timeout=20) for _ in range(40)]
    for wire in wires:
        wire.sendall(form.encode())
    time.sleep(1.0)
    tried = sum(stand.requests.count("POST /admin/login/") for stand in door.stands.values())
    refused = sum(_is_refused(wire) for wire in wires)

    assert 5 <= tried <= 12
    assert refused >= 10


@pytest.mark.parametrize(
    ("begun", "seconds"),
    [
        ("GET /api/v1/salons HT", 5),
        ("GET /api/v1/salons HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n", 5),
        (
            (
                "POST /queue/v1/events/x/ticket HTTP/1.1\r\nHost: x\r\n"
                "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
            ),
            10,
        ),
    ],
    ids=["the request line", "the headers", "the body"],
)
def test_who_does_not_finish_a_request_is_sent_away_and_no_door_hears_of_it(
    door: Edge, begun: str, seconds: int
) -> None:
    began = time.monotonic()

    head, _ = door.say(begun)

    assert head == "" or " 408 " in head
    assert time.monotonic() - began < seconds + 3
    assert all(stand.requests == [] for stand in door.stands.values())


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
def test_what_is_no_balancer_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(CannotGoOn, match="SALON_BALANCERS"):
        read_choices(Path("/nowhere"), {"SALON_BALANCERS": given})
    with pytest.raises(subprocess.CalledProcessError):
        _in_docker(given)


@pytest.mark.parametrize("given", ["salon.example", "https://salon.example/", "ftp://x", 'https://x" y'])
def test_what_is_no_address_of_a_site_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(CannotGoOn, match="SALON_PUBLIC_URL"):
        read_choices(Path("/nowhere"), {"SALON_PUBLIC_URL": given})


def _in_docker(given: str) -> list[str]:
    """As the start of nginx's image reads it: the script is sourced, and its variables are filled in."""
    script = f'set -e; . {ENTRYPOINT}; printf %s "$SALON_REAL_IP_FROM"'
    ran = subprocess.run(
        ["sh", "-c", script], env={**os.environ, "SALON_BALANCERS": given}, capture_output=True, text=True, check=True
    )
    return [line.removeprefix("set_real_ip_from ") for line in ran.stdout.split("; ") if line]
