"""How much one credential may have: the same, however it is spelled."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.local.run import nginx as nginx_module
from deploy.local.settings.profiles import Profile
from tests.deploy.nginx_stand import Nginx, is_refused, open_nginx

SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3In0" + "s" * 40
TOKEN = f"{SIGNED}.{'x' * 342}"


def test_a_credential_has_a_rate_of_its_own_wherever_it_comes_from(profile: Profile, tmp_path: Path) -> None:
    with open_nginx(profile, tmp_path, balancers=["127.0.0.1"]) as nginx:
        asked = [_quick(nginx, f"203.0.113.{n % 250}", f"Authorization: Bearer {TOKEN}\r\n") for n in range(450)]
        other = _quick(nginx, "203.0.113.1", f"Cookie: a=1; salon_access={SIGNED}x.{'x' * 342}\r\n")
        same = _quick(nginx, "203.0.113.1", f"Cookie: a=1; salon_access={TOKEN}\r\n")
        with closing(other):
            assert b" 200 " in other.recv(100)
        refused = sum(is_refused(connection) for connection in [*asked, same])

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
def test_a_credential_is_the_same_one_however_it_is_spelled(credentials: Nginx, header: str) -> None:
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
def test_what_is_no_plain_credential_counts_with_all_such_of_its_address(credentials: Nginx, header: str) -> None:
    passed = sum(_passes(credentials, "203.0.113.3", header.format(n=n) + "\r\n") for n in range(9))

    assert passed <= 4


def test_who_has_no_credential_meets_only_the_limits_of_the_address(credentials: Nginx) -> None:
    for header in ("", "Cookie: a=1\r\n", "Cookie: salon_access=\r\n", "Cookie: salon_access=; b=2\r\n"):
        assert sum(_passes(credentials, "203.0.113.4", header) for _ in range(9)) == 9


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch, profile: Profile, tmp_path: Path) -> Iterator[Nginx]:
    """A path at which one credential has three requests, and the usual one has had them."""
    templates = tmp_path / "templates"
    shutil.copytree(nginx_module.TEMPLATES, templates)
    for name, usual, few in (
        ("callers.conf.template", r"(zone=credential:20m +)rate=30r/s", r"\1rate=1r/m"),
        ("site.conf.template", r"(zone=credential) burst=300 delay=\d+", r"\1 burst=2 nodelay"),
    ):
        text, changed = re.subn(usual, few, (templates / name).read_text())
        assert changed
        (templates / name).write_text(text)
    monkeypatch.setattr(nginx_module, "TEMPLATES", templates)
    with open_nginx(profile, tmp_path, balancers=["127.0.0.1"]) as nginx:
        for _ in range(5):
            _passes(nginx, "203.0.113.1", f"Authorization: Bearer {TOKEN}\r\n")
        yield nginx


def _passes(nginx: Nginx, caller: str, header: str) -> bool:
    with closing(_quick(nginx, caller, header)) as connection:
        return b" 200 " in connection.recv(100)


def _quick(nginx: Nginx, caller: str, header: str) -> socket.socket:
    """A request whose answer nobody waits for yet."""
    connection = socket.create_connection(("127.0.0.1", nginx.profile.web_port), timeout=20)
    connection.sendall(
        f"GET /queue/v1/events/x HTTP/1.0\r\nX-Forwarded-For: {caller}\r\n{header}\r\n".encode("latin-1")
    )
    return connection
