"""The keys of access tokens: those that tokens are read with, and the one that signs. They may change at any moment."""

from __future__ import annotations

from config.env import env
from salon_kit.key_rings import PublicKeys, SigningKey


class TokenKeys:
    """Loaded at the first use: what only looks at the models, or migrates, needs none."""

    _reading: PublicKeys | None = None
    _signing: SigningKey | None = None

    @property
    def reading(self) -> PublicKeys:
        keys = self._reading
        if keys is None:
            keys = self._reading = PublicKeys(env.token_public_key)
        return keys

    @property
    def signing(self) -> SigningKey:
        key = self._signing
        if key is None:
            key = self._signing = SigningKey(env.token_private_key.get_secret_value())
        return key

    def read_with(self, pems: str) -> None:
        """From now on. Raises ValueError, and then nothing changes."""
        self._reading = PublicKeys(pems)

    def sign_with(self, pems: str) -> None:
        """From now on. Raises ValueError, and then nothing changes."""
        self._signing = SigningKey(pems)


token_keys = TokenKeys()
