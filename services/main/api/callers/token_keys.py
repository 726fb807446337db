"""The keys of access tokens: those that tokens are read with, and the one that signs. They may change at any moment."""

from __future__ import annotations

from config.env import env
from salon_kit.key_rings import PublicKeys, SigningKey, insist_on_pair


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

    def take(self, public: str, private: str) -> None:
        """These from now on, each in PEM. Raises ValueError for what is none, or no pair, and then nothing changes."""
        reading, signing = PublicKeys(public), SigningKey(private)
        insist_on_pair(signing, reading)
        # In this order: what the new key signs is read from its first moment.
        self._reading = reading
        self._signing = signing


token_keys = TokenKeys()
