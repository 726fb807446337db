"""What everybody reads alike nginx keeps for a moment: main is asked once in it, however many look."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.local.places import ROOT
from tests.deploy.nginx_stand import Nginx

SITE = ROOT / "deploy/nginx/site.conf.template"
EVERYBODYS = {
    "/api/v1/salons",
    "/api/v1/salons/{salon_id}",
    "/api/v1/salons/suggestions",
    "/api/v1/regions",
    "/api/v1/breeds",
}
KEPT_SECONDS = 1.0  # by the stand's own word
LOOKS = 40


def asked_of_main(nginx: Nginx, path: str) -> int:
    return sum(stand.requests.count(f"GET {path}") for stand in nginx.stands.values())


def look(nginx: Nginx, path: str) -> None:
    with ThreadPoolExecutor(8) as people:
        assert {answer.status for answer, _ in people.map(nginx.ask, [path] * LOOKS)} == {200}


@pytest.mark.parametrize("path", ["/api/v1/breeds", "/api/v1/salons?q=1"])
def test_many_who_look_at_once_are_one_request_at_main(nginx: Nginx, path: str) -> None:
    look(nginx, path)

    assert 2 <= asked_of_main(nginx, path) <= 8 + 3  # twice before it is kept, by each of those who were first


def test_what_is_kept_is_asked_for_again_when_its_moment_is_over(nginx: Nginx) -> None:
    path = "/api/v1/salons?q=2"
    look(nginx, path)
    before = asked_of_main(nginx, path)
    time.sleep(KEPT_SECONDS + 0.5)

    look(nginx, path)

    assert asked_of_main(nginx, path) > before


@pytest.mark.parametrize("path", ["/api/v1/dogs/kept", "/api/v1/salons/1"])
def test_every_other_answer_comes_from_main_each_time(nginx: Nginx, path: str) -> None:
    """One that is not named in nginx, whatever main says of it; and one of which main says nothing."""
    look(nginx, path)

    assert asked_of_main(nginx, path) == LOOKS


def test_each_look_has_an_id_of_its_own_and_nobody_says_who_answered_before(nginx: Nginx) -> None:
    answers = [nginx.ask("/api/v1/salons?q=3")[0] for _ in range(6)]

    assert len({answer.headers["X-Request-ID"] for answer in answers}) == len(answers)
    assert answers[-1].headers["X-Served-By"] is None
    assert answers[-1].headers["X-Accel-Expires"] is None
    assert answers[-1].headers["Cache-Control"] == "public, max-age=10"


def test_nothing_personal_is_kept() -> None:
    """By the addresses of all endpoints, against the one place where nginx keeps anything."""
    [(named, _)] = re.findall(r"location ~ (\S+) \{([^}]*\}){1}[^}]*proxy_cache kept;", SITE.read_text())
    paths = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    kept = {path for path in paths if re.search(named, re.sub(r"\{\w+\}", "1", path))}

    assert kept
    assert kept <= EVERYBODYS
    assert SITE.read_text().count("proxy_cache kept;") == 1
