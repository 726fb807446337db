"""How a service is told where Kafka is: its brokers, and who it is to them where they want to know.

`host:port,host:port` without a password; `sasl_plaintext://user:password@host:port,host:port` with one, in a network
of our own; `sasl_ssl://…` over any other. A `?rack=…` behind it says in which place the service itself stands.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import unquote

from pydantic import AfterValidator

# Without a port it is Kafka's own, 9092.
_NAME = re.compile(r"[A-Za-z0-9._-]+")
# By scheme, what librdkafka calls it.
_PROTOCOLS = {"sasl_plaintext": "SASL_PLAINTEXT", "sasl_ssl": "SASL_SSL"}
# A broker that is silent, or cannot be reached, is left before a group gives its member up, and another one is asked
# who leads now. By librdkafka's own settings nothing is read for a minute.
BOUNDED: dict[str, str | int | bool] = {
    "socket.timeout.ms": 5_000,
    "socket.connection.setup.timeout.ms": 3_000,
    "socket.keepalive.enable": True,
}
RACK = r"[A-Za-z0-9._-]{1,64}"
_RACK_MARK = "?rack="


def with_rack(brokers: str, rack: str) -> str:
    """The address as it is in memory, from a setting of its own. Raises ValueError for what is no name of a place."""
    if not re.fullmatch(RACK, rack):
        raise ValueError(f"{rack!r} is no name of a place")
    return f"{brokers}{_RACK_MARK}{rack}"


def nearby(brokers: str) -> dict[str, str]:
    """librdkafka's setting to read the copy of one's own place; nothing for who was not told where it stands.

    A copy that is behind its leader ends sooner: whoever must know the end of a log asks for it, and gets the leader's.
    """
    _, mark, rack = brokers.partition(_RACK_MARK)
    return {"client.rack": rack} if mark else {}


def connection(brokers: str) -> dict[str, str | int | bool]:
    """librdkafka's settings to reach these brokers. Raises ValueError for what is no address of Kafka."""
    whole, _, _ = brokers.partition(_RACK_MARK)
    scheme, mark, rest = whole.partition("://")
    if not mark:
        return {**BOUNDED, "bootstrap.servers": _checked_hosts(whole)}
    credentials, _, hosts = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    if scheme not in _PROTOCOLS:
        raise ValueError(f"{scheme}:// is none of {', '.join(_PROTOCOLS)}")
    if not user or not password:
        raise ValueError(f"{scheme}:// names a user, and the password is in a file beside it")
    return {
        **BOUNDED,
        "bootstrap.servers": _checked_hosts(hosts),
        "security.protocol": _PROTOCOLS[scheme],
        "sasl.mechanism": "PLAIN",
        "sasl.username": unquote(user),
        "sasl.password": unquote(password),
    }


def _checked_hosts(hosts: str) -> str:
    for host in hosts.split(","):
        name, colon, port = host.rpartition(":")
        if not (colon and name and port.isdecimal() and 0 < int(port) < 65536) and not _NAME.fullmatch(host):
            raise ValueError(f"{host!r} is no host:port of a broker")
    return hosts


def _checked(brokers: str) -> str:
    connection(brokers)
    return brokers


KafkaBrokers = Annotated[str, AfterValidator(_checked)]
"""For settings: checked when the process starts."""
