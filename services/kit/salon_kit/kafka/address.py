"""How a service is told where Kafka is: its brokers, and who it is to them where they want to know.

`host:port,host:port` without a password; `sasl_plaintext://user:password@host:port,host:port` with one, in a network
of our own; `sasl_ssl://…` over any other.
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


def connection(brokers: str) -> dict[str, str | int | bool]:
    """librdkafka's settings to reach these brokers. Raises ValueError for what is no address of Kafka."""
    scheme, mark, rest = brokers.partition("://")
    if not mark:
        return {"bootstrap.servers": _checked_hosts(brokers)}
    credentials, _, hosts = rest.rpartition("@")
    user, _, password = credentials.partition(":")
    if scheme not in _PROTOCOLS:
        raise ValueError(f"{scheme}:// is none of {', '.join(_PROTOCOLS)}")
    if not user or not password:
        raise ValueError(f"{scheme}:// names a user, and the password is in a file beside it")
    return {
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
