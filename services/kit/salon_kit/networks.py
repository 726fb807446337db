"""Where a caller comes from, as limits count it.

An address counts as the network that one customer of a provider is given: IPv4 as it is, IPv6 by its /64, for whoever
has one address there has 2**64 of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_address, ip_network
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

# Nobody is reached from elsewhere with an address of these.
_PRIVATE_4 = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8")))
_PRIVATE_6 = tuple(map(IPv6Network, ("fc00::/7", "fe80::/10", "::1/128")))
_MAPPED = IPv6Network("::ffff:0:0/96")
# Of all addresses there are; what a large provider's balancers have is a tenth of it.
_SHARE_MAX = 1 / 256


def too_wide(networks: Iterable[str]) -> str:
    """Why so many cannot all be balancers of ours, "" for networks that can: each by itself, and all together."""
    given = [_unmapped(ip_network(word, strict=False)) for word in networks]
    four = collapse_addresses(one for one in given if isinstance(one, IPv4Network))
    six = collapse_addresses(one for one in given if isinstance(one, IPv6Network))
    share_4 = sum(one.num_addresses for one in four if not any(one.subnet_of(own) for own in _PRIVATE_4)) / 2**32
    share_6 = sum(one.num_addresses for one in six if not any(one.subnet_of(own) for own in _PRIVATE_6)) / 2**128
    share = max(share_4, share_6)
    return f"{share:.0%} of all addresses are in it, which is everybody" if share > _SHARE_MAX else ""


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """`::ffff:0:0/96` is all of IPv4."""
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - _MAPPED.prefixlen))
    return network
