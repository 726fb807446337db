"""With what somebody signs in, and in which few words its owner knows it again. No address is kept whole."""

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


class Client(NamedTuple):
    kind: str = ""
    """browser or mobile: what it asked for."""
    device: str = ""
    """`Chrome, Windows`; nothing where it does not say."""
    network: str = UNKNOWN
    """What `client_network` gives."""
    device_id: str | None = None
    """Of accounts.credentials.devices; None where nobody looks at it."""

    @property
    def network_shown(self) -> str:
        """`203.0.*.*` or `2001:db8:*`."""
        return masked(self.network)


UNKNOWN_CLIENT = Client()


def client_of(request: Request, *, kind: str = "", device_id: str | None = None) -> Client:
    words = device_words(request.headers.get("User-Agent", ""))
    return Client(kind=kind, device=words, network=client_network(request), device_id=device_id)


def device_words(user_agent: str) -> str:
    text = user_agent[:_AS_LONG_AS_IT_MATTERS]
    return ", ".join(word for word in (_first(_BROWSERS, text), _first(_SYSTEMS, text)) if word)


def masked(network: str) -> str:
    """Enough to tell home from elsewhere, and no more."""
    if network == UNKNOWN:
        return ""
    if ":" not in network:
        first, second, *_ = str(IPv4Address(network)).split(".")
        return f"{first}.{second}.*.*"
    first, second, *_ = IPv6Network(network).network_address.exploded.split(":")
    return f"{int(first, 16):x}:{int(second, 16):x}:*"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, sign in known if re.search(sign, text)), "")
