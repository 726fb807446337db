"""How a service is told where Redis is: one server, or the Sentinels that know which of several is the primary."""

from __future__ import annotations

from typing import Annotated, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import AfterValidator, RedisDsn, TypeAdapter

_SENTINEL_SCHEME = "redis+sentinel"
_SENTINEL_PORT = 26379
_SENTINEL_QUERY = frozenset({"sentinel_username", "sentinel_password"})
_ONE_SERVER: TypeAdapter[RedisDsn] = TypeAdapter(RedisDsn)


class Sentinels(NamedTuple):
    """`redis+sentinel://[user:password@]host:port,host:port,…/<primary name>[/<db>]`; user and password are Redis's.

    Those of the Sentinels, where they have any, come as `?sentinel_username=…&sentinel_password=…`.
    """

    addresses: tuple[tuple[str, int], ...]
    primary_name: str
    db: int
    username: str | None
    password: str | None
    sentinel_username: str | None = None
    sentinel_password: str | None = None


def sentinels_in(url: str) -> Sentinels | None:
    """None for the address of one server. Raises ValueError for an address that is neither."""
    if not url.startswith(f"{_SENTINEL_SCHEME}://"):
        _ONE_SERVER.validate_python(url)
        return None
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    primary_name, _, db = parts.path.lstrip("/").partition("/")
    if not primary_name or not (db or "0").isdecimal():
        raise ValueError("after the Sentinels comes /<name of the primary>/<number of the database>")
    query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if unknown := query.keys() - _SENTINEL_QUERY:
        raise ValueError(f"{min(unknown)!r} says nothing about Sentinels")
    return Sentinels(
        addresses=tuple(_address(host) for host in hosts.split(",")),
        primary_name=primary_name,
        db=int(db or 0),
        username=unquote(username) or None,
        password=unquote(password) or None,
        **{name: values[-1] for name, values in query.items()},
    )


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, str(_SENTINEL_PORT)
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is no host:port of a Sentinel")
    return host, int(port)


def _checked(url: str) -> str:
    sentinels_in(url)
    return url


RedisAddress = Annotated[str, AfterValidator(_checked)]
"""For settings: checked when the process starts."""
