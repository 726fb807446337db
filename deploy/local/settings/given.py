"""Servers that somebody gave: the password of an address goes into a file, and the address without it to processes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from deploy.local.failure import CannotGoOn

# What a person sets for the runner, and no process of ours reads: passwords are in it.
GIVEN_ADDRESSES = ("MYSQL_URL", "REDIS_URL", "KAFKA_BROKERS", "MONGODB_URL")
# Several hosts are the members of one group, of which main finds the primary.
MYSQL_FORM = "mysql://user:password@host:3306,host:3306/salon"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?"
_MYSQL_URL = re.compile(
    rf"mysql://(?:(?P<user>[^:@/]*)(?::(?P<password>[^@]*))?@)?(?P<hosts>{_HOST}(?:,{_HOST})*)(?:/(?P<database>\w*))?"
)
_PASSWORD = re.compile(r"^(?P<user>[a-z+_]+://[^:/@]*):(?P<password>[^@/]*)@", re.ASCII)


def split(address: str) -> tuple[str, str]:
    """The address without its password, and the password, "" where there is none."""
    found = _PASSWORD.match(address)
    if found is None:
        return address, ""
    user = found["user"]
    rest = address[found.end() :]
    return (f"{user}@{rest}" if not user.endswith("//") else f"{user}{rest}"), unquote(found["password"])


def split_mysql(address: str) -> tuple[str, str]:
    """Raises CannotGoOn."""
    parts = _MYSQL_URL.fullmatch(address)
    if parts is None:
        raise CannotGoOn(what="MYSQL_URL", why="it is no address of MySQL", do=f"give one of the form {MYSQL_FORM}")
    hosts = [host if re.search(r":\d+$", host) else f"{host}:3306" for host in parts["hosts"].split(",")]
    user, database = parts["user"] or "salon", parts["database"] or "salon"
    return f"mysql://{user}@{','.join(hosts)}/{database}", unquote(parts["password"] or "")


def keep(password: str, path: Path) -> Path:
    """In a file that only we can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    return path


def for_children(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of what we start: ours, and these, without the addresses that may have passwords in them."""
    inherited = {name: value for name, value in os.environ.items() if name not in GIVEN_ADDRESSES}
    return {**inherited, **variables}
