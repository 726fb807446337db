"""The files of the keys that can be exchanged, and the three states in which an exchange leaves them.

One key → the new one is read everywhere and does not sign → it signs, and the old one is still read → one key.
Each step is one write of a file (for tokens: two, in an order in which either alone does no harm), so an exchange that
was interrupted goes on from what the files say.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from deploy.local.settings import secrets_store
from salon_kit.key_rings import NEXT, READS, SIGNS, KeyUse, PublicKeys, SigningKey, blocks_in, id_of_secret


class State(Enum):
    ONE_KEY = "one key, which signs and is read"
    NEW_IS_READ = "the old key signs, and the new one is read too"
    NEW_SIGNS = "the new key signs, and the old one is read too"


class Ring(Protocol):
    """Keys that follow each other. `signs_since` is in seconds of Unix time."""

    @property
    def name(self) -> str: ...
    def state(self) -> State: ...
    def announce(self) -> None:
        """May be repeated."""
        ...

    def sign(self) -> None: ...
    def drop(self) -> None: ...
    def uses(self) -> Set[KeyUse]: ...
    def signs_since(self) -> float: ...


@dataclass(frozen=True)
class Texts:
    """Secret texts in one file, one a line (salon_kit.key_rings.secret_keys_in)."""

    name: str
    file: Path
    make: Callable[[], str]

    def state(self) -> State:
        lines = self._lines()
        if len(lines) == 1:
            return State.ONE_KEY
        return State.NEW_IS_READ if lines[1].startswith(NEXT) else State.NEW_SIGNS

    def announce(self) -> None:
        if self.state() is State.ONE_KEY:
            secrets_store.replace(self.file, f"{self._lines()[0]}\n{NEXT}{self.make()}")

    def sign(self) -> None:
        old, new = self._lines()
        secrets_store.replace(self.file, f"{new.removeprefix(NEXT)}\n{old}")

    def drop(self) -> None:
        secrets_store.replace(self.file, self._lines()[0])

    def uses(self) -> Set[KeyUse]:
        ids = [id_of_secret(line.removeprefix(NEXT)) for line in self._lines()]
        return {KeyUse(self.name, SIGNS, ids[0]), *(KeyUse(self.name, READS, key_id) for key_id in ids)}

    def signs_since(self) -> float:
        return self.file.stat().st_mtime

    def _lines(self) -> list[str]:
        return self.file.read_text(encoding="ascii").split()


@dataclass(frozen=True)
class Pairs:
    """RSA keys: the first private one signs, each public one reads."""

    name: str
    private: Path
    public: Path

    def state(self) -> State:
        private = blocks_in(self.private.read_text(encoding="ascii"))
        if len(private) == 1:
            return State.ONE_KEY
        reads = PublicKeys(self.public.read_text(encoding="ascii")).ids
        return State.NEW_SIGNS if SigningKey(private[0]).id == reads[-1] and len(reads) > 1 else State.NEW_IS_READ

    def announce(self) -> None:
        """The private key first: while only its file has it, nobody knows it, and nothing depends on it."""
        private = blocks_in(self.private.read_text(encoding="ascii"))
        if len(private) == 1:
            private.append(secrets_store.new_private_key().decode("ascii"))
            secrets_store.replace(self.private, "\n".join(private))
        secrets_store.replace(self.public, "\n".join(_public_half(block) for block in private))

    def sign(self) -> None:
        old, new = blocks_in(self.private.read_text(encoding="ascii"))
        secrets_store.replace(self.private, f"{new}\n{old}")

    def drop(self) -> None:
        new = blocks_in(self.private.read_text(encoding="ascii"))[0]
        secrets_store.replace(self.public, _public_half(new))
        secrets_store.replace(self.private, new)

    def uses(self) -> Set[KeyUse]:
        signing = SigningKey(self.private.read_text(encoding="ascii")).id
        reading = PublicKeys(self.public.read_text(encoding="ascii")).ids
        return {KeyUse(self.name, SIGNS, signing), *(KeyUse(self.name, READS, key_id) for key_id in reading)}

    def signs_since(self) -> float:
        return self.private.stat().st_mtime


def rings(folder: Path) -> dict[str, Ring]:
    return {
        "tokens": Pairs("tokens", folder / secrets_store.TOKEN_PRIVATE_KEY, folder / secrets_store.TOKEN_PUBLIC_KEY),
        "tickets": Texts("tickets", folder / secrets_store.TICKET_KEY, lambda: secrets.token_urlsafe(24)),
        "django": Texts("django", folder / secrets_store.DJANGO_KEY, lambda: secrets.token_urlsafe(48)),
    }


def _public_half(private: str) -> str:
    return secrets_store.public_half(private.encode("ascii")).decode("ascii").strip()
