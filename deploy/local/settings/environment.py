"""What the services read from their environment, for one profile. `.env.example` explains each variable."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.engines import choice
from deploy.local.engines.photo_stores import folder
from deploy.local.monitoring.place import Place
from deploy.local.places import SECRETS
from deploy.local.run.probes import HOST
from deploy.local.settings import given, secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile, public_url_of
from deploy.processes import names_of

# What Sentinels call the one Redis that takes writes.
PRIMARY_NAME = "salon"
# Rises when the chat topic is built anew, because offsets begin again then: in a place that was restored.
FIRST_CHAT_EPOCH = "1"


@dataclass(frozen=True)
class Servers:
    """Where the servers are, ours or those that someone gave. No address has a password in it."""

    mysql_url: str
    mysql_password_file: Path
    redis_url: str
    kafka_brokers: str
    mongodb_url: str
    # Of photos: an S3 store; None where a folder is in its place.
    photo_store_url: str | None
    # `redis`, `kafka`, `mongodb` → the file with the password of one that was given with it.
    password_files: Mapping[str, Path] = field(default_factory=dict)


def servers(profile: Profile, choices: Choices) -> Servers:
    mysql_url, password_file = _mysql(profile, choices.mysql_url)
    ours = {
        "redis": choices.redis_url or _redis(profile),
        "kafka": choices.kafka_brokers or addresses(profile, "kafka"),
        "mongodb": choices.mongodb_url or f"mongodb://{HOST}:{profile.port('mongodb')}/salon",
    }
    split = {store: given.split(address) for store, address in ours.items()}
    return Servers(
        mysql_url=mysql_url,
        mysql_password_file=password_file,
        redis_url=split["redis"][0],
        kafka_brokers=split["kafka"][0],
        mongodb_url=split["mongodb"][0],
        photo_store_url=_photo_store(profile),
        password_files={
            store: given.keep(password, profile.state / f"given_{store}_password")
            for store, (_, password) in split.items()
            if password
        },
    )


def _photo_store(profile: Profile) -> str | None:
    engine = choice.remembered("photos", lite=profile.lite)
    in_a_folder = profile.lite if engine is None else engine is folder
    return None if in_a_folder else f"http://{HOST}:{profile.port('photos')}"


def addresses(profile: Profile, kind: str) -> str:
    """One host:port, or those of all members of a group with commas between them."""
    return ",".join(f"{HOST}:{profile.port(name)}" for name in profile.topology.members(kind))


def _redis(profile: Profile) -> str:
    """Behind Sentinels nobody is told who the primary is: they are asked."""
    sentinels = addresses(profile, "sentinel")
    if sentinels:
        return f"redis+sentinel://{sentinels}/{PRIMARY_NAME}/0"
    return f"redis://{addresses(profile, 'redis')}/0"


def _mysql(profile: Profile, chosen: str | None) -> tuple[str, Path]:
    """The address without its password, and the file that has the password."""
    if chosen is None:
        return f"mysql://salon@{addresses(profile, 'mysql')}/salon", SECRETS / secrets_store.DATABASE_PASSWORD
    address, password = given.split_mysql(chosen)
    return address, given.keep(password, profile.state / "given_database_password")


def variables(profile: Profile, where: Servers, public_url: str | None = None) -> dict[str, str]:
    """`public_url` is where people reach the system, if that is not the page's own port on this machine."""
    on_this_machine = public_url_of(profile)
    public_url = public_url or on_this_machine
    return {
        "SALON_PROFILE": profile.name,
        # Nothing of this is safe where others can reach it.
        "SALON_ENV": "local" if profile.name in {"dev", "ha"} else "test",
        "SALON_URL": on_this_machine,
        # What tests of the whole system ask.
        "SALON_BASE_URL": on_this_machine,
        **_main(profile, where, public_url),
        **_queue(profile, where, public_url),
        **_chat_worker(profile, where),
        **_passwords_of_given(where),
    }


def spans(profile: Profile) -> dict[str, str]:
    """Of a whole system: to where its monitoring is when there is one. On one's own machine every trace is kept."""
    collector = Place(profile).port("collector")
    return {"SALON_TRACES_ENDPOINT": f"http://{HOST}:{collector}/v1/traces", "SALON_TRACES_SHARE": "1"}


def _main(profile: Profile, where: Servers, public_url: str) -> dict[str, str]:
    return {
        "MAIN_DATABASE_URL": where.mysql_url,
        "MAIN_DATABASE_PASSWORD_FILE": str(where.mysql_password_file),
        "MAIN_REDIS_URL": where.redis_url,
        "MAIN_KAFKA_BROKERS": where.kafka_brokers,
        "MAIN_MONGODB_URL": where.mongodb_url,
        "MAIN_SECRET_KEY_FILE": str(profile.keys / secrets_store.DJANGO_KEY),
        "MAIN_TOKEN_PRIVATE_KEY_FILE": str(profile.keys / secrets_store.TOKEN_PRIVATE_KEY),
        "MAIN_TOKEN_PUBLIC_KEY_FILE": str(profile.keys / secrets_store.TOKEN_PUBLIC_KEY),
        "MAIN_PUBLIC_URL": public_url,
        "MAIN_CHAT_EPOCH": chat_epoch(profile),
        "MAIN_METRICS_HOST": HOST,
        "MAIN_LOG_FORMAT": "json",
        "MAIN_DEBUG": "0",
        "MAIN_MAIL_FOLDER": str(profile.mails),
        **_photos(profile, where),
    }


def _photos(profile: Profile, where: Servers) -> dict[str, str]:
    if where.photo_store_url is None:
        return {"MAIN_PHOTO_FOLDER": str(profile.data("photo-folder"))}
    return {
        "MAIN_PHOTO_STORE_URL": where.photo_store_url,
        "MAIN_PHOTO_STORE_USER": secrets_store.PHOTO_STORE_USER,
        "MAIN_PHOTO_STORE_SECRET_KEY_FILE": str(SECRETS / secrets_store.PHOTO_STORE_KEY),
    }


def _queue(profile: Profile, where: Servers, public_url: str) -> dict[str, str]:
    queue = names_of("queue", "coupon_queue", profile.topology.processes)[0]
    return {
        "QUEUE_REDIS_URL": where.redis_url,
        "QUEUE_KAFKA_BROKERS": where.kafka_brokers,
        "QUEUE_TOKEN_PUBLIC_KEY_FILE": str(profile.keys / secrets_store.TOKEN_PUBLIC_KEY),
        "QUEUE_TICKET_KEY_FILE": str(profile.keys / secrets_store.TICKET_KEY),
        "QUEUE_PUBLIC_URL": public_url,
        "QUEUE_HOST": HOST,
        "QUEUE_PORT": str(profile.port(queue)),
        "QUEUE_INSTANCE": queue,
        "QUEUE_LOG_FORMAT": "json",
    }


def _chat_worker(profile: Profile, where: Servers) -> dict[str, str]:
    worker = names_of("chat-worker", "chat_worker", profile.topology.processes)[0]
    return {
        "CHAT_WORKER_KAFKA_BROKERS": where.kafka_brokers,
        "CHAT_WORKER_MONGODB_URL": where.mongodb_url,
        "CHAT_WORKER_CHAT_EPOCH": chat_epoch(profile),
        "CHAT_WORKER_METRICS_HOST": HOST,
        "CHAT_WORKER_METRICS_PORT": str(profile.port(worker)),
        "CHAT_WORKER_LOG_FORMAT": "json",
    }


def chat_epoch(profile: Profile) -> str:
    path = profile.state / "chat_epoch"
    return path.read_text(encoding="ascii") if path.exists() else FIRST_CHAT_EPOCH


def note_restored(profile: Profile, epoch: int) -> None:
    """Kafka begins again at 0 in an empty place: chat counts under another number, and events are announced again."""
    (profile.state / "chat_epoch").write_text(str(epoch), encoding="ascii")
    (profile.state / "restored").touch()


def was_restored(profile: Profile) -> bool:
    """And not started since."""
    return (profile.state / "restored").exists()


def forget_restored(profile: Profile) -> None:
    (profile.state / "restored").unlink(missing_ok=True)


def _passwords_of_given(where: Servers) -> dict[str, str]:
    asks = {"redis": ("MAIN", "QUEUE"), "kafka": ("MAIN", "QUEUE", "CHAT_WORKER"), "mongodb": ("MAIN", "CHAT_WORKER")}
    return {
        f"{prefix}_{store.upper()}_PASSWORD_FILE": str(file)
        for store, file in where.password_files.items()
        for prefix in asks[store]
    }


def write_env_file(profile: Profile, values: Mapping[str, str]) -> Path:
    """`source .local/dev/env.sh` gives a shell the same environment as the services have."""
    path = profile.state / "env.sh"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"export {key}={shlex.quote(value)}\n" for key, value in values.items()), encoding="utf-8")
    return path
