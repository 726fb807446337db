"""What every answer carries, whoever made it, and what is a page, a file, or nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.local.settings.profiles import Profile
from tests.deploy.nginx_stand import Nginx, open_nginx

ANYTHING = [
    ("/", 200),
    ("/salons/7", 200),
    ("/assets/app-1a2b.js", 200),
    ("/assets/gone.js", 404),
    ("/.env", 404),
    ("/healthz", 200),
    ("/metrics", 404),
    ("/admin", 301),
    ("/admin/", 200),
    ("/api/v1/salons", 200),
    ("/api/v1/docs", 200),
    ("/api/refuse", 503),
    ("/api/%zz", 400),
    ("/static/a.css", 200),
    ("/queue/v1/events/x", 200),
    ("/ws/v1/chat", 200),
]
ONCE = [
    "X-Request-ID",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Content-Security-Policy",
]


@pytest.mark.parametrize(("path", "status"), ANYTHING)
def test_every_answer_carries_each_policy_once(nginx: Nginx, path: str, status: int) -> None:
    answer, _ = nginx.ask(path)

    assert answer.status == status
    for name in ONCE:
        found = answer.headers.get_all(name) or []
        assert len(found) == 1, (name, found)
        assert found != ["as main has it"]
    assert answer.headers["Strict-Transport-Security"] is None
    assert "/" not in (answer.headers["Server"] or "")


def test_scripts_come_from_files_of_ours_and_an_answer_for_programs_can_show_nothing(nginx: Nginx) -> None:
    def policy(path: str) -> str:
        return str(nginx.ask(path)[0].headers["Content-Security-Policy"])

    for page in ("/", "/salons/7", "/admin/", "/api/v1/docs", "/static/a.css"):
        assert "script-src 'self';" in policy(page)
        assert "frame-ancestors 'none'" in policy(page)
        assert policy(page).count("unsafe") == ("docs" in page)
    for behind_nginx in ("/api/v1/salons", "/queue/v1/events/x", "/healthz"):
        assert policy(behind_nginx) == "default-src 'none'; frame-ancestors 'none'"


def test_public_over_https_browsers_are_held_to_it_and_main_is_told(profile: Profile, tmp_path: Path) -> None:
    with open_nginx(profile, tmp_path, public_url="https://salon.example") as nginx:
        answers = [nginx.ask(path)[0] for path in ("/", "/api/v1/salons", "/assets/gone.js")]
        seen = nginx.sees("/api/v1/salons")

    for answer in answers:
        assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert "upgrade-insecure-requests" in answers[0].headers["Content-Security-Policy"]
    assert seen["X-Forwarded-Proto"] == "https"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/salons/7", 200),
        ("/events/5e6c5ba0-0000-4000-8000-000000000000", 200),
        ("/nothing/of/the/kind", 200),
        ("/favicon.ico", 200),
        ("/.env", 404),
        ("/.git/config", 404),
        ("/a/.env", 404),
        ("/%2eenv", 404),
        ("/.well-known/x", 404),
        ("/wp-login.php", 404),
        ("/salons/backup.sql", 404),
        ("/robots.txt", 404),
        ("/assets/", 404),
        ("/assets/../.env", 404),
        ("/index.html.", 404),
    ],
)
def test_a_page_of_the_client_is_its_index_and_a_file_that_is_not_there_is_not(
    nginx: Nginx, path: str, status: int
) -> None:
    answer, content = nginx.ask(path)

    assert answer.status == status
    if status == 404:
        assert json.loads(content)["code"] == "not-found"
    elif path == "/favicon.ico":
        assert content == b"icon"
    else:
        assert content == b"<title>salon</title>"


@pytest.mark.parametrize("host", ["localhost:8000", "salon.example", "evil.example:1"])
def test_a_redirect_names_no_host_and_no_port(nginx: Nginx, host: str) -> None:
    answer, _ = nginx.ask("/admin", "GET", None, Host=host)

    assert (answer.status, answer.headers["Location"]) == (301, "/admin/")


@pytest.mark.parametrize("path", ["/api", "/queue", "/ws", "/static", "/assets", "/salons/", "//salons", "/api//v1/x"])
def test_nothing_else_is_led_to_another_address(nginx: Nginx, path: str) -> None:
    assert nginx.ask(path)[0].headers["Location"] is None


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "no-cache"),
        ("/salons/7", "no-cache"),
        ("/favicon.ico", "no-cache"),
        ("/assets/app-1a2b.js", "public, max-age=31536000, immutable"),
        ("/assets/gone.js", "no-store"),
        ("/api/v1/salons", "no-store"),
        ("/api/v1/kept", "private, no-cache"),
        ("/queue/v1/events/x", "no-store"),
    ],
)
def test_only_files_with_a_hash_in_their_name_are_kept_and_endpoints_decide_for_themselves(
    nginx: Nginx, path: str, kept: str
) -> None:
    assert nginx.ask(path)[0].headers.get_all("Cache-Control") == [kept]
