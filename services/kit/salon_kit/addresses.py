"""Addresses of servers that want a password. It stands in a file of its own, beside the address that it belongs to.

In the environment an address names a user, `mongodb://salon@host/salon`, and `…_PASSWORD_FILE` the file with the
password. In memory the address is whole; nothing writes it to a log. So it is with the place in which a reader of Kafka
stands (`…_KAFKA_RACK`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from salon_kit.kafka.address import with_rack

# What an address is called in settings → the file with its password.
PASSWORD_FILES = {
    "redis_url": "redis_password_file",
    "kafka_brokers": "kafka_password_file",
    "mongodb_url": "mongodb_password_file",
}
# In which place the process stands: it reads Kafka's copy there.
KAFKA_RACK = "kafka_rack"
# Sentinels may want one of their own, or the same.
SENTINEL_PASSWORD_FILE = "redis_sentinel_password_file"  # noqa: S105
# Redis has a user who needs no name.
_WITHOUT_NAME = ("redis://", "rediss://", "redis+sentinel://")


def with_passwords(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of settings before they are checked, each address with its password in it. Raises ValueError."""
    whole = dict(values)
    for name, file in PASSWORD_FILES.items():
        if values.get(file) and values.get(name):
            whole[name] = with_password(str(values[name]), Path(str(values[file])))
    if values.get(SENTINEL_PASSWORD_FILE) and values.get("redis_url"):
        password = quote(_read(Path(str(values[SENTINEL_PASSWORD_FILE]))), safe="")
        whole["redis_url"] = f"{whole['redis_url']}?sentinel_password={password}"
    if values.get(KAFKA_RACK) and values.get("kafka_brokers"):
        whole["kafka_brokers"] = with_rack(str(whole["kafka_brokers"]), str(values[KAFKA_RACK]))
    return whole


def with_password(address: str, password_file: Path) -> str:
    """Raises ValueError for an address without a user or with a password, and for a file that cannot be read."""
    scheme, mark, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    user, _at, hosts = authority.rpartition("@")
    if ":" in user:
        raise ValueError("the address has a password of its own: leave it to the file")
    if not mark or (not user and not f"{scheme}://".startswith(_WITHOUT_NAME)):
        raise ValueError("the address names no user for the password: <scheme>://<user>@<host>")
    return f"{scheme}://{user}:{quote(_read(password_file), safe='')}@{hosts}{slash}{path}"


def _read(password_file: Path) -> str:
    try:
        password = password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the password cannot be read: {error}") from None
    if not password:
        raise ValueError(f"{password_file} is empty")
    return password
