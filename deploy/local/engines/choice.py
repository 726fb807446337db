"""Which engine of each kind: the first that can be had, or with LITE=1 the last."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.local.engines import (
    ferretdb_documentdb,
    mariadb_from_debian,
    mongod_on_path,
    mysql_from_sid,
    mysqld_on_path,
    nx_27017,
)
from deploy.local.engines.engine import Engine
from deploy.local.engines.photo_stores import folder, versitygw
from deploy.local.failure import CannotGoOn
from deploy.local.places import LOCAL

KINDS: dict[str, tuple[Engine, ...]] = {
    "mysql": (mysqld_on_path, mysql_from_sid, mariadb_from_debian),
    "mongodb": (mongod_on_path, ferretdb_documentdb, nx_27017),
    "photos": (versitygw, folder),
}
URL_OF_KIND = {"mysql": "MYSQL_URL", "mongodb": "MONGODB_URL"}


def candidates(engines: Sequence[Engine], *, lite: bool) -> Sequence[Engine]:
    """Those that may be tried, best first."""
    if lite:
        return engines[-1:]
    return [engine for engine in engines if engine.refusal() is None]


def remember(kind: str, engine: Engine, *, lite: bool) -> None:
    note = LOCAL / "engines" / _note(kind, lite=lite)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(engine.KEY, encoding="ascii")


def remembered(kind: str, *, lite: bool) -> Engine | None:
    """What the last setup installed, so that a machine without network is not asked again at every start."""
    note = LOCAL / "engines" / _note(kind, lite=lite)
    key = note.read_text(encoding="ascii") if note.exists() else ""
    return next((engine for engine in KINDS[kind] if key == engine.KEY and engine.refusal() is None), None)


def chosen(kind: str, *, lite: bool) -> Engine:
    engine = remembered(kind, lite=lite)
    if engine is None:
        raise CannotGoOn(what=f"{kind} is not installed", why="no setup has finished here", do="make setup")
    return engine


def compromise(kind: str, *, lite: bool) -> str | None:
    """Nobody asked for the last engine and yet it is the one: what was wanted and could not be installed."""
    engines = KINDS[kind]
    if lite or chosen(kind, lite=lite) is not engines[-1]:
        return None
    return " or ".join(engine.TITLE for engine in engines[:-1])


def none_can_be_had(kind: str) -> CannotGoOn:
    reasons = "\n".join(f"{engine.TITLE}: {engine.refusal() or 'its installation failed'}" for engine in KINDS[kind])
    give = f"give the address of a server that you have as {URL_OF_KIND[kind]} in .env"
    return CannotGoOn(what=f"no engine for {kind}", why=reasons, do=f"{give}, or use Docker: docker compose up")


def _note(kind: str, *, lite: bool) -> str:
    return f"{kind}-lite" if lite else kind
