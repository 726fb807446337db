"""The secrets of a checkout: made once, mode 600, never in the repository."""

from __future__ import annotations

import os
import secrets
import string
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.local.places import SECRETS

# Names of files.
DATABASE_PASSWORD = "database_password"  # noqa: S105
DJANGO_KEY = "django_secret_key"
TOKEN_PRIVATE_KEY = "token_private_key.pem"  # noqa: S105
TOKEN_PUBLIC_KEY = "token_public_key.pem"  # noqa: S105
TICKET_KEY = "ticket_key"
# Of the stores in Compose; on one machine they listen to it alone.
PASSWORDS_OF_STORES = (
    "mysql_root_password",
    "mysql_keeper_password",
    "redis_password",
    "kafka_password",
    "kafka_broker_password",
    "mongodb_admin_password",
    "mongodb_password",
    "mongodb_reader_password",
)
# The one user of the store of photos, and its key.
PHOTO_STORE_USER = "salon"
PHOTO_STORE_KEY = "photo_store_key"
# Of Grafana in Compose, whose first user is an administrator.
GRAFANA_PASSWORD = "grafana_admin_password"  # noqa: S105
# By which the members of MongoDB know each other: six characters or more of base64.
MONGODB_KEY = "mongodb_key"
NAMES = (
    *(DATABASE_PASSWORD, DJANGO_KEY, TOKEN_PRIVATE_KEY, TOKEN_PUBLIC_KEY, TICKET_KEY),
    *PASSWORDS_OF_STORES,
    MONGODB_KEY,
    GRAFANA_PASSWORD,
    PHOTO_STORE_KEY,
)

# Keys that `make rotate` exchanges while processes run.
EXCHANGED = (DJANGO_KEY, TOKEN_PRIVATE_KEY, TOKEN_PUBLIC_KEY, TICKET_KEY)

# Compose mounts a file with the mode it has here, and our containers run as a user of their own who must read it.
# Nobody else can: the folders above let only their owner in.
OUTSIDE = "outside"
FOR_COMPOSE = "for-compose"
COMPOSE_MODE = 0o644

LETTERS = string.ascii_letters + string.digits


def make_missing(folder: Path = SECRETS) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _once(folder / DATABASE_PASSWORD, lambda: _word(32))
    _once(folder / DJANGO_KEY, lambda: _word(64))
    # 32 bytes for HMAC-SHA256, 192 random bits, as text: a key file that ends in a newline is read wrongly.
    _once(folder / TICKET_KEY, lambda: secrets.token_urlsafe(24).encode())
    _once(folder / TOKEN_PRIVATE_KEY, new_private_key)
    _once(folder / TOKEN_PUBLIC_KEY, lambda: public_half((folder / TOKEN_PRIVATE_KEY).read_bytes()))
    for name in PASSWORDS_OF_STORES:
        _once(folder / name, lambda: _word(32))
    _once(folder / MONGODB_KEY, lambda: _word(512))
    _once(folder / GRAFANA_PASSWORD, lambda: _word(32))
    _once(folder / PHOTO_STORE_KEY, lambda: _word(40))
    _copy_for_compose(folder)
    # Of others, who give them to whoever runs this: Compose hands the folder to main, whose user has to read it.
    (folder / OUTSIDE).mkdir(mode=0o755, exist_ok=True)


def copy_exchanged(folder: Path, into: Path) -> None:
    """For a place that may exchange its keys without anybody else's losing theirs."""
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in EXCHANGED:
        replace(into / name, (folder / name).read_text(encoding="ascii"))


def replace(path: Path, text: str) -> None:
    """The whole at once; and the copy that Compose mounts in place, as a container would not see another file there."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    os.replace(unfinished, path)
    copy = path.parent / FOR_COMPOSE / path.name
    if copy.exists():
        copy.write_text(text, encoding="ascii")


def read(name: str, folder: Path = SECRETS) -> str:
    return (folder / name).read_text(encoding="ascii").strip()


def _copy_for_compose(folder: Path) -> None:
    copies = folder / FOR_COMPOSE
    copies.mkdir(mode=0o700, exist_ok=True)
    for name in NAMES:
        copy = copies / name
        if not copy.exists() or copy.read_bytes() != (folder / name).read_bytes():
            # In place: a running container has this file, and not the one that would be put there instead of it.
            copy.touch(mode=COMPOSE_MODE)
            copy.chmod(COMPOSE_MODE)
            copy.write_bytes((folder / name).read_bytes())


def _once(path: Path, make: Callable[[], bytes]) -> None:
    if path.exists():
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(make())


def _word(length: int) -> bytes:
    return "".join(secrets.choice(LETTERS) for _ in range(length)).encode()


def new_private_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_half(private: bytes) -> bytes:
    key = serialization.load_pem_private_key(private, password=None)
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
