"""Where a caller comes from, for limits. nginx says it in `X-Real-IP`, and nobody else can (deploy/nginx).

An address counts as the network that one customer of a provider is given: IPv4 as it is, IPv6 by its /64, for whoever
has one address there has 2**64 of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

# For a caller whom nginx did not announce in a form that can be read. They share one limit.
UNKNOWN = "unknown"
_IPV6_PREFIX = 64


def client_network(request: HttpRequest | Request) -> str:
    """The key that limits of an HTTP request count by. Daphne puts X-Real-IP into REMOTE_ADDR."""
    return network_of(str(request.META.get("REMOTE_ADDR", "")))


def client_network_of_socket(scope: Mapping[str, Any]) -> str:
    """The same for a WebSocket: `client` is (address, port), or None."""
    client = scope.get("client")
    return network_of(str(client[0])) if client else UNKNOWN


def network_of(address: str) -> str:
    """`203.0.113.9`, or `2001:db8:1:2::/64`, or UNKNOWN."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv4Address):
        return str(found)
    within = _ipv4_within(found)
    if within is not None:
        return str(within)
    # By the number: a zone (`fe80::1%eth0`) is of no interest.
    return str(IPv6Network((int(found), _IPV6_PREFIX), strict=False))


def _ipv4_within(address: IPv6Address) -> IPv4Address | None:
    """`::ffff:203.0.113.9` is an IPv4 address that came in at an IPv6 socket; all of them lie in one /64."""
    return address.ipv4_mapped
