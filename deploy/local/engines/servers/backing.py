"""The servers that ours need, but for those that somebody gave the address of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.local.engines import choice, mysql_group, servers
from deploy.local.run.program import Program
from deploy.local.settings import secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile
from deploy.topology import HA


@dataclass(frozen=True)
class Backing:
    """Nothing for a kind that was given."""

    mysql: Sequence[Program]
    redis: Sequence[Program]
    kafka: Sequence[Program]
    mongodb: Sequence[Program]
    photos: Sequence[Program]

    def in_order(self) -> list[Program]:
        """Of their start; they are stopped in the reverse of it."""
        return [*self.mysql, *self.redis, *self.kafka, *self.mongodb, *self.photos]


def backing(profile: Profile, choices: Choices) -> Backing:
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    mongodb = choice.chosen("mongodb", lite=profile.lite) if not choices.mongodb_url else None
    photos = choice.chosen("photos", lite=profile.lite)
    return Backing(
        mysql=[] if choices.mysql_url else _mysql(profile, password),
        redis=[] if choices.redis_url else _redis(profile),
        kafka=[] if choices.kafka_brokers else _kafka(profile),
        mongodb=mongodb.programs(profile, password) if mongodb else [],
        photos=photos.programs(profile, password),
    )


def _mysql(profile: Profile, password: str) -> Sequence[Program]:
    if profile.topology is HA:
        return mysql_group.programs(profile, password)
    return choice.chosen("mysql", lite=profile.lite).programs(profile, password)


def _redis(profile: Profile) -> Sequence[Program]:
    return servers.redis_group(profile) if profile.topology is HA else [servers.redis(profile)]


def _kafka(profile: Profile) -> Sequence[Program]:
    return servers.kafka_group(profile) if profile.topology is HA else [servers.kafka(profile)]
