"""Which Content-Type headers are read at all. Django reads them on the event loop, and reads everything."""

from __future__ import annotations

import re
from typing import Any

_WORD = r"[A-Za-z0-9!#$&^_.+-]{1,100}"
# No name*= of RFC 2231, and no charset but the one that all our texts have.
_PARAMETER = r'\s*;\s*(?:charset="?utf-?8"?|(?!charset)[A-Za-z0-9-]{1,40}=(?:"[^"\\]{0,100}"|[^\s;,"\\]{0,100}))'
_READABLE = re.compile(rf"\s*{_WORD}/{_WORD}(?:{_PARAMETER}){{0,4}}\s*;?\s*", re.IGNORECASE)


def content_type_of(scope: dict[str, Any]) -> str:
    """Of an ASGI request; several headers are joined, as Django does."""
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"content-type")


def is_readable(content_type: str) -> bool:
    return not content_type or (len(content_type) <= 400 and _READABLE.fullmatch(content_type) is not None)
