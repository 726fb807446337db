"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.credentials.passwords import normalized, turn


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's least parameters: Django's own take 100 MB a sign-in, too much for eight at once."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with turn():
            return super().encode(normalized(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        # Also what is longer than any that was set: how long a refusal takes must not tell whose address it is.
        with turn():
            return super().verify(normalized(password), encoded)
