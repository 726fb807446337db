"""Whether others can read on the way what is said to the server of an address.

Options about TLS are named one by one: one that is not known here may turn the verification off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

_ANY = frozenset[str]()
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})
# By the option in lower case, the values that leave TLS whole; _ANY is any value.
_OF_MONGODB: Mapping[str, frozenset[str]] = {
    "tls": _TRUE,
    "ssl": _TRUE,
    "tlscafile": _ANY,
    "tlscrlfile": _ANY,
    "tlscertificatekeyfile": _ANY,
    "tlscertificatekeyfilepassword": _ANY,
    "tlsinsecure": _FALSE,
    "tlsallowinvalidcertificates": _FALSE,
    "tlsallowinvalidhostnames": _FALSE,
    "tlsdisableocspendpointcheck": _FALSE,
}
_OF_REDIS: Mapping[str, frozenset[str]] = {
    "ssl_ca_certs": _ANY,
    "ssl_ca_path": _ANY,
    "ssl_ca_data": _ANY,
    "ssl_certfile": _ANY,
    "ssl_keyfile": _ANY,
    "ssl_cert_reqs": frozenset({"required"}),
    "ssl_check_hostname": _TRUE,
}
_OURSELVES = re.compile(r"localhost|127(\.\d{1,3}){3}|\[?::1\]?")
_PLAIN = "its connections can be read on their way"


def redis_in_the_open(address: str) -> str:
    """What is wrong, "" for nothing; so do the others. Sentinels are spoken to without TLS."""
    if _scheme_of(address) != "rediss":
        return _PLAIN
    return _loosened(address, _OF_REDIS, prefixes=("ssl",))


def kafka_in_the_open(address: str) -> str:
    return "" if _scheme_of(address) == "sasl_ssl" else _PLAIN


def mongodb_in_the_open(address: str) -> str:
    options = _options_of(address)
    by_itself = _scheme_of(address) == "mongodb+srv"
    if not by_itself and not any(name in {"tls", "ssl"} for name, _value in options):
        return _PLAIN
    return _loosened(address, _OF_MONGODB, prefixes=("ssl", "tls"))


def mysql_in_the_open(address: str) -> str:
    """The connection to MySQL has no TLS."""
    return "" if _is_ours(address) else _PLAIN


def mail_in_the_open(address: str) -> str:
    """With a user there is STARTTLS, and without it no mail."""
    parts = urlsplit(address)
    return "" if parts.scheme == "smtps" or parts.username or _is_ours(address) else _PLAIN


def _loosened(address: str, known: Mapping[str, frozenset[str]], *, prefixes: tuple[str, ...]) -> str:
    for name, value in _options_of(address):
        if not name.startswith(prefixes):
            continue
        allowed = known.get(name)
        if allowed is None or (allowed and value.lower() not in allowed):
            return f"its option {name} leaves TLS open to whoever stands between"
    return ""


def _options_of(address: str) -> list[tuple[str, str]]:
    query = address.partition("?")[2].replace(";", "&")
    return [(name.lower(), value) for name, value in parse_qsl(query, keep_blank_values=True)]


def _scheme_of(address: str) -> str:
    return address.partition("://")[0].lower() if "://" in address else ""


def _is_ours(address: str) -> bool:
    hosts = address.partition("://")[2].partition("/")[0].rpartition("@")[2].split(",")
    return all(
        _OURSELVES.fullmatch(re.sub(r":\d+$", "", host) if "]" in host or host.count(":") == 1 else host)
        for host in hosts
    )


InTheOpen = Callable[[str], str]
# By the name of the setting.
OF_SETTINGS: Mapping[str, InTheOpen] = {
    "redis_url": redis_in_the_open,
    "kafka_brokers": kafka_in_the_open,
    "mongodb_url": mongodb_in_the_open,
    "database_url": mysql_in_the_open,
    "mail_url": mail_in_the_open,
}
