"""Where a sign-in came from, in the few words by which its owner knows it again. No address is kept whole."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Network
from typing import NamedTuple

from rest_framework.request import Request

from api.callers.client_address import client_network
from salon_kit.networks import UNKNOWN

# The first that is found is it: most browsers say of themselves that they are all those below, too.
_BROWSERS = (
    ("KakaoTalk", "KAKAOTALK"),
    ("NAVER", r"NAVER\("),
    ("Whale", "Whale/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("ChromeOS", "CrOS"),
    ("macOS", "Macintosh|Mac OS X"),
    ("Linux", "Linux"),
)
_AS_LONG_AS_IT_MATTERS = 500


class Origin(NamedTuple):
    client: str = ""
    """browser or mobile: what it asked for."""
    device: str = ""
    """`Chrome, Windows`; nothing where it does not say."""
    network: str = ""
    """`203.0.*.*` or `2001:db8:*`."""


def origin_of(request: Request, *, client: str) -> Origin:
    words = device_words(request.headers.get("User-Agent", ""))
    return Origin(client=client, device=words, network=masked(client_network(request)))


def device_words(user_agent: str) -> str:
    text = user_agent[:_AS_LONG_AS_IT_MATTERS]
    return ", ".join(word for word in (_first(_BROWSERS, text), _first(_SYSTEMS, text)) if word)


def masked(network: str) -> str:
    """Of what `client_network` gives: enough to tell home from elsewhere, and no more."""
    if network == UNKNOWN:
        return ""
    if ":" not in network:
        first, second, *_ = str(IPv4Address(network)).split(".")
        return f"{first}.{second}.*.*"
    first, second, *_ = IPv6Network(network).network_address.exploded.split(":")
    return f"{int(first, 16):x}:{int(second, 16):x}:*"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, sign in known if re.search(sign, text)), "")
