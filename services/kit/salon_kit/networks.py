"""Where a caller comes from, as limits count it.

An address counts as the network that one customer of a provider is given: IPv4 as it is, IPv6 by its /64, for whoever
has one address there has 2**64 of them.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator

# For a caller whose address cannot be read. They share one limit.
UNKNOWN = "unknown"
_IPV6_PREFIX = 64


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


# Said where nothing stands in front of nginx.
NO_BALANCERS = "none"


def _checked(balancers: str) -> str:
    for word in balancers.replace(",", " ").split():
        if word != NO_BALANCERS:
            ip_network(word)
    return balancers


Balancers = Annotated[str, AfterValidator(_checked)]
"""For settings: networks with commas or spaces between them, or `none`. Checked when the process starts."""
