"""nginx refuses in the words of the services, and as their documents say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from deploy.local.places import ROOT
from salon_contracts.http import problem as problems
from salon_contracts.http import refusals
from salon_contracts.http.problem import Problem, language_of
from tests.deploy.nginx_stand import Nginx

TEXTS = (ROOT / "deploy" / "nginx" / "refusal_texts.conf").read_text()


@pytest.mark.parametrize(
    "wanted", ["en", "en-GB,en;q=0.9,ko;q=0.8", "ko", "ko-KR,en", "fr,en", "fr, EN-us", "fr", "", "de,fr,ko,en", "  en"]
)
def test_a_refusal_speaks_the_language_that_main_would_speak(nginx: Nginx, wanted: str) -> None:
    _, content = nginx.ask("/assets/gone.js", Accept_Language=wanted)

    expected = problems.NotFound().body(language=language_of(wanted))["title"]
    assert json.loads(content)["title"] == expected


def test_nginx_and_the_services_have_the_same_words_for_the_same_refusal() -> None:
    named = (*vars(problems).values(), *vars(refusals).values())
    ours = {kind.code: kind for kind in named if isinstance(kind, type) and issubclass(kind, Problem)}
    documents = [
        (language, json.loads(text)) for language, text in re.findall(r"^ +\"\d+ (\w+)\" +'(.*)';$", TEXTS, re.M)
    ]

    assert len(documents) == 34
    for language, document in documents:
        facts: dict[str, Any] = {"retry_after_seconds": 2} if "retry_after_seconds" in document else {}
        assert document == ours[document["code"]](**facts).body(language=language)


@pytest.mark.parametrize("page", ["openapi.json", "queue-openapi.json"])
def test_what_nginx_refuses_at_any_endpoint_stands_in_the_documents(page: str) -> None:
    document = json.loads((ROOT / "docs" / page).read_text())
    documents = {one["code"]: str(one["status"]) for one in map(json.loads, re.findall(r"'(\{.*\})';$", TEXTS, re.M))}
    of_pages_only = {"not-found", "method-not-allowed", "precondition-failed", "internal-error"}

    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for code, status in documents.items():
                answer = operation["responses"].get(status, {}) if code not in of_pages_only else {"description": code}
                shared = answer.get("$ref", "").rpartition("/")[2]
                words = document["components"]["responses"][shared] if shared else answer
                assert code in words.get("description", ""), f"{method} {path} is silent about {status} {code}"


def test_nginx_takes_no_more_than_the_services_behind_it() -> None:
    site = (ROOT / "deploy" / "nginx" / "site.conf.template").read_text()
    main = (ROOT / "services" / "main" / "serving" / "body_limit.py").read_text()
    photos = (ROOT / "services" / "main" / "photos" / "reencoding" / "sizes.py").read_text()
    queue = (ROOT / "services" / "queue" / "coupon_queue" / "settings.py").read_text()

    assert re.findall(r"client_max_body_size (\w+);", site) == ["64k", "15424k", "1", "4k"]
    assert "MAX_BODY_BYTES = 64 * 1024" in main
    # A photo, and the fields of its form.
    assert "MAX_BYTES = 15 * 1024 * 1024" in photos
    assert re.search(r"body_bytes_max: .* = 4096$", queue, re.M)
