"""Each address says which methods it takes, to strangers too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            uuid = "00000000-0000-4000-8000-000000000000"
            parts = [(uuid if "uuid" in part else "1") if part.startswith("<") else part for part in route.split("/")]
            yield "/" + "/".join(parts)


ADDRESSES = sorted({address for address in _addresses(get_resolver().url_patterns) if address.startswith("/api/")})


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_method_that_an_address_does_not_take_is_405_with_those_that_it_takes(address: str) -> None:
    stranger = Client(enforce_csrf_checks=True)
    answers = {method: stranger.generic(method, address, b"{}", content_type="application/json") for method in METHODS}

    taken = {method for method, answer in answers.items() if answer.status_code != 405}
    refused = set(METHODS) - taken
    assert refused, "no address takes every method"
    for method in refused:
        assert set(answers[method]["Allow"].split(", ")) & set(METHODS) == taken
    options = stranger.options(address)
    assert (options.status_code, options["Allow"]) == (204, answers[refused.pop()]["Allow"])


def test_the_sweep_knows_the_addresses() -> None:
    assert {"/api/v1/openapi.json", "/api/v1/docs", "/api/v1/bookings", "/api/v1/salons/1"} <= set(ADDRESSES)
