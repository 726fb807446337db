"""Limits count a caller's network, which nobody can change at will."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from api.callers.client_address import client_network, client_network_of_socket
from salon_kit.networks import UNKNOWN, network_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("2001:db8:1:2:a::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::1", "::/64"),
        ("", UNKNOWN),
        ("203.0.113.9:80", UNKNOWN),
        ("203.0.113.9, 198.51.100.1", UNKNOWN),
        ("a" * 5_000, UNKNOWN),
    ],
)
def test_an_address_counts_as_the_network_of_one_customer(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_request_and_a_socket_of_one_caller_count_together() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2::7")

    assert client_network(request) == client_network_of_socket({"client": ("2001:db8:1:2::8", 51_000)})


def test_a_socket_without_an_address_is_one_of_the_unknown() -> None:
    assert client_network_of_socket({"client": None}) == client_network_of_socket({}) == UNKNOWN
