"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's least parameters: Django's own take 100 MB a sign-in, too much for eight at once."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
