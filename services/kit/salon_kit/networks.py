"""Where a caller comes from, as limits count it.

An address counts as the network that one customer of a provider is given: IPv4 as it is, IPv6 by its /64, for whoever
has one address there has 2**64 of them.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

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
