"""The OpenAPI document is what the code says, and says what may be refused."""

from __future__ import annotations

import json
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

DOCUMENT = Path(__file__).parents[5] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def made_from_code() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--format", "openapi-json", "--validate", "--fail-on-warn", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


@pytest.mark.unit
def test_the_published_document_is_up_to_date(made_from_code: dict[str, Any]) -> None:
    assert json.loads(DOCUMENT.read_text()) == made_from_code, (
        "cd services/main && python manage.py spectacular --format openapi-json --file ../../docs/openapi.json"
    )


@pytest.mark.unit
def test_every_refusal_in_it_is_a_problem_with_an_example(made_from_code: dict[str, Any]) -> None:
    refusals = [
        (path, method, status, response)
        for path, operations in made_from_code["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        if int(status) >= 400
    ]

    assert len(refusals) > 100
    for path, method, status, response in refusals:
        shared = made_from_code["components"]["responses"].get(response.get("$ref", "").rpartition("/")[2], response)
        content = shared["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, (path, method)
        for code, example in content["examples"].items():
            assert example["value"]["status"] == int(status), (path, method, code)


@pytest.mark.unit
def test_no_body_in_it_takes_unknown_fields(made_from_code: dict[str, Any]) -> None:
    for path, operations in made_from_code["paths"].items():
        for operation in operations.values():
            if body := operation.get("requestBody"):
                name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                assert made_from_code["components"]["schemas"][name]["additionalProperties"] is False, path


@pytest.mark.django_db
def test_it_can_be_read_and_browsed_by_anyone(stranger: APIClient) -> None:
    document = stranger.get("/api/v1/openapi.json")
    page = stranger.get("/api/v1/docs", headers={"Accept": "text/html"})

    assert document.json()["info"]["title"] == "댕댕살롱 (DaengDaeng Salon)"
    assert page.status_code == 200
    script = page.content.decode().partition('src="')[2].partition('"')[0]
    assert script.startswith("/static/")
    with closing(stranger.get(script)) as file:
        assert file.status_code == 200
