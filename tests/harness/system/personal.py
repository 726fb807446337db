"""What looks personal in a log, by its shape alone: whoever wrote it, and whatever for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# Of people who write here; a store's or a library's own `x@y` is none.
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
SIGNED_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")
# 65 bytes of which the first is 1 (coupon_queue/line/tickets.py), and 32 bytes of `secrets.token_urlsafe`.
TICKET = re.compile(r"(?<![\w-])A[Q-Za-f][\w-]{85}(?![\w-])")
OPAQUE_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}(?![\w-])")
SHAPES = {"an e-mail address": EMAIL, "a signed token": SIGNED_TOKEN, "a ticket": TICKET, "a token": OPAQUE_TOKEN}


def personal_in(text: str, *, words: Iterable[str] = ()) -> Iterator[str]:
    """What it is, and what stands there. `words` are texts of people, which JSON may have written in escapes."""
    for what, shape in SHAPES.items():
        yield from (f"{what}: {found[:60]}" for found in sorted(set(shape.findall(text))))
    for word in words:
        escaped = json.dumps(word)[1:-1]
        yield from (f"a person's words: {one}" for one in {word, escaped} if one in text)


def personal_in_logs(folder: Path, *, words: Iterable[str] = ()) -> dict[str, list[str]]:
    """By the file's name. Every log of a profile, stores' too."""
    words = tuple(words)
    found = {
        path.name: list(personal_in(path.read_text(encoding="utf-8", errors="replace"), words=words))
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: what for name, what in found.items() if what}
