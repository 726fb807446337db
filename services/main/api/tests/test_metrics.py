"""What strangers type into addresses makes no series: what /metrics holds stays as large as main itself is."""

from __future__ import annotations

import random
from uuid import uuid4

import pytest
from django.test import Client
from prometheus_client import REGISTRY, generate_latest

pytestmark = pytest.mark.django_db

TEMPLATES = (
    "/{}",
    "/api/{}",
    "/api/v1/{}",
    "/api/v1/salons/{}",
    "/api/v1/bookings/{}",
    "/api/v1/coupon-events/{}/{}",
    "/api/v1/rooms/{}/messages",
    "/admin/{}/{}/",
    "/static/{}.css",
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PROPFIND", "BREW")


def _names() -> set[str]:
    lines = generate_latest(REGISTRY).decode().splitlines()
    return {line.rpartition(" ")[0] for line in lines if not line.startswith("#")}


def _words() -> tuple[str, ...]:
    number = random.getrandbits(40)
    return (str(uuid4()), str(number), f"{number:x}", f"살롱{number}", f"{number}%0a", f'"{number}"')


def _sweep(client: Client) -> None:
    for template in TEMPLATES:
        for word in _words():
            for method in METHODS:
                client.generic(method, template.format(word, word))


def test_any_number_of_random_addresses_makes_the_series_of_a_few(client: Client) -> None:
    client.raise_request_exception = False
    _sweep(client)
    after_one = _names()

    for _ in range(5):
        _sweep(client)

    assert _names() == after_one
    of_requests = [name for name in after_one if name.startswith("salon_http_request_seconds_count{")]
    assert 'salon_http_request_seconds_count{method="other",route="none",status="4xx"}' in of_requests
    assert not any(word in name for name in of_requests for word in ("BREW", "PROPFIND", "살롱"))


def test_a_request_counts_under_the_template_of_its_address(client: Client) -> None:
    labels = {"method": "GET", "route": "api/v1/salons/<id:salon_id>", "status": "4xx"}
    before = REGISTRY.get_sample_value("salon_http_request_seconds_count", labels) or 0

    client.get("/api/v1/salons/987654321")

    assert REGISTRY.get_sample_value("salon_http_request_seconds_count", labels) == before + 1
