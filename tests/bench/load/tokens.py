"""Access tokens of made-up customers, signed with this checkout's key and kept for a day: signing takes 0.5 ms each."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.local.places import SECRETS
from deploy.local.settings import secrets_store
from salon_contracts.http.access_tokens import ALGORITHM
from tests.bench.measured_process import use_every_core
from tests.bench.places import BENCH
from tests.harness.tokens import claims_of

LIFE_SECONDS = 3 * 24 * 3600
USABLE_SECONDS = 24 * 3600
# Far above the ids of any seeded account.
FIRST_ACCOUNT = 10_000_000
_AT_ONCE = 2_000


def token_file(count: int, *, first_account: int = FIRST_ACCOUNT) -> Path:
    """One token a line, of the accounts from `first_account` on. Every token is another customer's."""
    key = (SECRETS / secrets_store.TOKEN_PRIVATE_KEY).read_bytes()
    fingerprint = hashlib.sha256(key).hexdigest()[:12]
    folder = BENCH / "tokens"
    for path in folder.glob(f"{fingerprint}-{first_account}-*.txt"):
        if int(path.stem.rpartition("-")[2]) >= count and time.time() - path.stat().st_mtime < USABLE_SECONDS:
            return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{fingerprint}-{first_account}-{count}.txt"
    unfinished = path.with_suffix(".part")
    starts = range(first_account, first_account + count, _AT_ONCE)
    ends = [min(start + _AT_ONCE, first_account + count) for start in starts]
    with unfinished.open("w") as out, ProcessPoolExecutor(initializer=use_every_core) as pool:
        for lines in pool.map(_signed, [key] * len(ends), starts, ends):
            out.write(lines)
    os.replace(unfinished, path)
    return path


def read(path: Path, count: int) -> list[str]:
    with path.open() as lines:
        return [line.strip() for line in islice(lines, count)]


def _signed(key_pem: bytes, first: int, last: int) -> str:
    key = load_pem_private_key(key_pem, password=None)
    assert isinstance(key, RSAPrivateKey)
    now = int(time.time())
    life = {"iat": now - 5, "exp": now + LIFE_SECONDS}
    return "".join(
        jwt.encode(claims_of(account, **life), key, algorithm=ALGORITHM) + "\n" for account in range(first, last)
    )
