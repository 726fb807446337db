"""How main is told where MySQL is: one server, or all members of a group, of which it finds the primary by itself."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import AfterValidator
from pydantic_core import MultiHostUrl

_PORT = 3306


class Member(NamedTuple):
    host: str
    port: int


class MySQLAddress(NamedTuple):
    """`mysql://user@host:port[,host:port…]/database`; the password comes from a file."""

    user: str
    members: tuple[Member, ...]
    database: str

    @property
    def is_group(self) -> bool:
        return len(self.members) > 1


def parsed(url: str) -> MySQLAddress:
    """Raises ValueError."""
    parts = MultiHostUrl(url)
    hosts = parts.hosts()
    members = tuple(Member((host["host"] or "").strip("[]"), host["port"] or _PORT) for host in hosts)
    database = (parts.path or "/").lstrip("/")
    if any(host["password"] for host in hosts):
        raise ValueError("the password stands in a file of its own, not in the address")
    if (
        parts.scheme != "mysql"
        or not database
        or not hosts[0]["username"]
        or not all(member.host for member in members)
    ):
        raise ValueError("the form is mysql://user@host:port,host:port/database")
    if len(set(members)) < len(members):
        raise ValueError("each member is named once")
    return MySQLAddress(user=hosts[0]["username"], members=members, database=database)


def _checked(url: str) -> str:
    parsed(url)
    return url


MySQLUrl = Annotated[str, AfterValidator(_checked)]
"""For settings: checked when the process starts."""
