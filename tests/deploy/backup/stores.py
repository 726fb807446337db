"""Both stores of a profile on this machine, alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.engines import ferretdb_documentdb, mysql_from_sid
from deploy.local.run.probes import HOST
from deploy.local.settings import secrets_store
from deploy.local.settings.profiles import Profile
from tests.faults.servers.victim import Victim


@contextmanager
def servers(profile: Profile) -> Iterator[list[Victim]]:
    """Killed at the end, as when their place is lost."""
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    programs = [*mysql_from_sid.programs(profile, password), *ferretdb_documentdb.programs(profile, password)]
    profile.logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        victims = [Victim(program, {}, logs=profile.logs) for program in programs]
        for victim in victims:
            stack.callback(victim.kill)
            victim.start()
        yield victims


@contextmanager
def root(profile: Profile) -> Iterator[Any]:
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    connection = MySQLdb.connect(host=HOST, port=profile.port("mysql"), user="root", password=password, autocommit=True)
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor
