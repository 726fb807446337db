"""Which servers of a running profile are copied from: of a group of MySQL a secondary, so that writers feel nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.backup.mysql.binary_logs import Donor, signed_in
from deploy.local.engines import choice, ferretdb_documentdb, mysql_from_sid, mysql_group
from deploy.local.engines.mysql_group import questions
from deploy.local.failure import CannotGoOn
from deploy.local.run.probes import HOST
from deploy.local.settings import secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile
from deploy.topology import HA

# A copy must have the plugins of the server that it is a copy of.
PLUGINS_OF_GROUP = ("--plugin-load-add=group_replication.so", "--group-replication-start-on-boot=OFF")


def insist_on_our_engines(profile: Profile, choices: Choices) -> None:
    """Raises CannotGoOn where somebody gave a server, or another engine runs."""
    given = choices.mysql_url or choices.mongodb_url
    ours = profile.topology is HA or choice.chosen("mysql", lite=profile.lite) is mysql_from_sid
    if given or not ours or choice.chosen("mongodb", lite=profile.lite) is not ferretdb_documentdb:
        raise CannotGoOn(
            what="backup and restore",
            why="they are for the MySQL and the DocumentDB that `make setup` installs, and here another server is used",
            do="back it up by its own tools (docs/backup.md); LITE=1 has no logs to go back by",
        )


def mysql_donor(profile: Profile) -> Donor:
    """Raises CannotGoOn when none answers."""
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    for port in _ports(profile, password):
        with suppress(MySQLdb.Error):
            return Donor(HOST, port, server=_server_at(port, password), password=password)
    raise CannotGoOn(
        what=f"MySQL of profile {profile.name}", why="none answers", do="start it: make run, make services"
    )


def plugins(profile: Profile) -> tuple[str, ...]:
    return PLUGINS_OF_GROUP if profile.topology is HA else ()


def _ports(profile: Profile, password: str) -> Sequence[int]:
    """The best first."""
    if profile.topology is not HA:
        return [profile.port("mysql")]
    members = mysql_group.members(profile)
    found: list[tuple[bool, int]] = []
    for member in members:
        with suppress(questions.Unreachable):
            answer = questions.ask(member, members, password)
            if answer.state.has_group:
                found.append((answer.state.role == "PRIMARY", member.port))
    return [port for _, port in sorted(found)]


def _server_at(port: int, password: str) -> str:
    with signed_in(HOST, port, password) as cursor:
        cursor.execute("SELECT @@server_uuid")
        return str(cursor.fetchone()[0])
