"""Whether a secret is one: asked at the start, and of each that is taken while a process runs."""

from __future__ import annotations

import re

# In no secret that somebody made for real; in those of examples, tutorials and tools that start a project.
_DEMO_WORDS = ("changeme", "change-me", "django-insecure", "daengdaeng", "example", "password", "secret", "demo")
_CHARACTERS_MIN, _DIFFERENT_MIN = 16, 8
_PEMS = re.compile(r"(?:\s*-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\s*)+")
# How keys that follow each other are written (salon_kit.key_rings).
_NEXT = "next:"


def weakness_of(secret: str) -> str:
    """Why this is no secret, "" for one that may be; of several lines, why the first weak one is none.

    A key in PEM is made by a tool, and tested by whoever loads it.
    """
    if _PEMS.fullmatch(secret):
        return ""
    lines = [line.strip().removeprefix(_NEXT) for line in secret.splitlines() if line.strip()]
    return next(filter(None, map(_weakness_of_line, lines or [""])), "")


def _weakness_of_line(secret: str) -> str:
    found = [word for word in _DEMO_WORDS if word in secret.lower()]
    if found:
        return f"{found[0]!r} is in it"
    if len(secret) < _CHARACTERS_MIN or len(set(secret)) < _DIFFERENT_MIN:
        return f"it has fewer than {_CHARACTERS_MIN} characters, or fewer than {_DIFFERENT_MIN} different ones"
    return ""
