"""A MongoDB that the machine already has, as a replica set of one with data of our own."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.local.install.steps import Step
from deploy.local.places import tool
from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile

KEY = "mongod-path"
TITLE = "MongoDB (mongod on the PATH)"
DEBIAN: Sequence[tuple[str, str]] = ()


def refusal() -> str | None:
    return None if tool("mongod") else "there is no mongod on the PATH"


def steps() -> Sequence[Step]:
    return []


def programs(profile: Profile, password: str) -> Sequence[Program]:
    data, port = profile.data(KEY), profile.port("mongodb")

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)

    return [
        Program(
            name="mongodb",
            command=[
                *(tool("mongod") or "mongod", "--dbpath", str(data), "--bind_ip", "127.0.0.1", "--port", str(port)),
                *("--replSet", "salon", "--wiredTigerCacheSizeGB", "0.25", "--nounixsocket"),
            ],
            ports=[port],
            ready=accepts(port),
            prepare=prepare,
            once_ready=lambda: _begin_replica_set(port),
        )
    ]


def _begin_replica_set(port: int) -> None:
    # Here and not above: pymongo is in the environment that setup makes, and setup asks `refusal`.
    import pymongo
    from pymongo.errors import OperationFailure

    already_begun = 23
    members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
    with pymongo.MongoClient[dict[str, object]](f"mongodb://127.0.0.1:{port}", directConnection=True) as client:
        try:
            client.admin.command("replSetInitiate", {"_id": "salon", "members": members})
        except OperationFailure as error:
            if error.code != already_begun:
                raise
