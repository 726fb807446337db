"""What a provider of OpenID Connect publishes: where its endpoints are, and the keys that it signs with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jwt

from accounts.social.errors import ProviderAway, unproved
from accounts.social.providers.remote import Remote

KEPT_SECONDS = 3600.0
# A token can name any key: an unknown one sends us to the provider no more often than this.
UNKNOWN_KEY_REST_SECONDS = 30.0


class Endpoints(NamedTuple):
    authorization: str
    token: str
    keys: str
    userinfo: str
    """Empty where there is none."""


@dataclass
class Published:
    """Both are kept for an hour, and for as long as the provider is away. One thread asks, the others wait for it."""

    issuer: str
    remote: Remote
    _endpoints: Endpoints | None = None
    _endpoints_at: float = 0.0
    _keys: dict[str | None, jwt.PyJWK] = field(default_factory=dict)
    _keys_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def endpoints(self, *, deadline: float) -> Endpoints:
        """Raises ProviderAway. `deadline` is of time.monotonic()."""
        with self._turn(deadline):
            if self._endpoints is None or time.monotonic() - self._endpoints_at > KEPT_SECONDS:
                try:
                    self._endpoints, self._endpoints_at = self._read_endpoints(deadline), time.monotonic()
                except ProviderAway:
                    if self._endpoints is None:
                        raise
            return self._endpoints

    def key(self, key_id: str | None, *, deadline: float) -> jwt.PyJWK:
        """None stands for the only one. Raises UnprovedIdentity for a key that the provider does not have."""
        address = self.endpoints(deadline=deadline).keys
        with self._turn(deadline):
            known, age = self._keys.get(key_id), time.monotonic() - self._keys_at
            if not self._keys or age > (UNKNOWN_KEY_REST_SECONDS if known is None else KEPT_SECONDS):
                try:
                    self._keys, self._keys_at = self._read_keys(address, deadline), time.monotonic()
                except ProviderAway:
                    if known is None:
                        raise
            found = self._keys.get(key_id)
        if found is None:
            raise unproved(self.remote.provider, "signed by an unknown key")
        return found

    @contextmanager
    def _turn(self, deadline: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise self.remote.away("others wait for it")
        try:
            yield
        finally:
            self._lock.release()

    def _read_endpoints(self, deadline: float) -> Endpoints:
        status, document = self.remote.get(f"{self.issuer}/.well-known/openid-configuration", deadline=deadline)
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        found = Endpoints(*(str(document.get(name) or "") for name in names))
        # No weaker than the way to the issuer, which the settings have been asked about.
        scheme = f"{self.issuer.partition('://')[0]}://"
        if status != 200 or document.get("issuer") != self.issuer:
            raise self.remote.away("published nothing")
        if not all(url.startswith(scheme) for url in found if url or url is not found.userinfo):
            raise self.remote.away("published endpoints of another kind")
        return found

    def _read_keys(self, address: str, deadline: float) -> dict[str | None, jwt.PyJWK]:
        status, document = self.remote.get(address, deadline=deadline)
        try:
            keys = jwt.PyJWKSet.from_dict(document).keys if status == 200 else []
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self.remote.away("published no keys") from error
        by_id: dict[str | None, Any] = {key.key_id: key for key in keys}
        return by_id | ({None: keys[0]} if len(keys) == 1 else {})
