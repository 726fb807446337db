"""Addresses of servers that want a password. It comes as a setting of its own, beside the address that it belongs to.

In the environment an address names a user, `mongodb://salon@host/salon`, and the password is a secret: a file or a
parameter. In memory the address is whole; nothing writes it to a log. So it is with the place in which a reader of
Kafka stands (`…_KAFKA_RACK`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from salon_kit.kafka.address import with_rack

# What an address is called in settings → its password.
PASSWORDS = {
    "redis_url": "redis_password",
    "kafka_brokers": "kafka_password",
    "mongodb_url": "mongodb_password",
}
# In which place the process stands: it reads Kafka's copy there.
KAFKA_RACK = "kafka_rack"
# Sentinels may want one of their own, or the same.
SENTINEL_PASSWORD = "redis_sentinel_password"  # noqa: S105
# Redis has a user who needs no name.
_WITHOUT_NAME = ("redis://", "rediss://", "redis+sentinel://")
_PASSWORD_WITHIN = re.compile(r"(://[^/@\s:]*:)[^/@\s]+@|(password=)[^&\s]+")


def with_passwords(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of settings before they are checked, each address with its password in it. Raises ValueError."""
    whole = dict(values)
    for name, password in PASSWORDS.items():
        if values.get(password) and values.get(name):
            whole[name] = with_password(str(values[name]), _plain(values[password]))
    if values.get(SENTINEL_PASSWORD) and values.get("redis_url"):
        password = quote(_plain(values[SENTINEL_PASSWORD]), safe="")
        whole["redis_url"] = f"{whole['redis_url']}?sentinel_password={password}"
    if values.get(KAFKA_RACK) and values.get("kafka_brokers"):
        whole["kafka_brokers"] = with_rack(str(whole["kafka_brokers"]), str(values[KAFKA_RACK]))
    return whole


def with_password(address: str, password: str) -> str:
    """Raises ValueError for an address without a user, or with a password of its own."""
    scheme, mark, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    user, _at, hosts = authority.rpartition("@")
    if ":" in user:
        raise ValueError("the address has a password of its own: leave it to the file")
    if not mark or (not user and not f"{scheme}://".startswith(_WITHOUT_NAME)):
        raise ValueError("the address names no user for the password: <scheme>://<user>@<host>")
    return f"{scheme}://{user}:{quote(password, safe='')}@{hosts}{slash}{path}"


def shown_address(text: str) -> str:
    """With stars in place of every password."""
    return _PASSWORD_WITHIN.sub(lambda found: f"{found[1]}********@" if found[1] else f"{found[2]}********", text)


def _plain(password: object) -> str:
    return password.get_secret_value() if isinstance(password, SecretStr) else str(password)
