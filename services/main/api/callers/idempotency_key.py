"""The header `Idempotency-Key`: by it a client asks for the same thing again, and for nothing else."""

from __future__ import annotations

import hashlib
import json
import re
from typing import NamedTuple

from rest_framework.request import Request

from api.language import words
from salon_contracts.http.problem import InvalidInput

HEADER = "Idempotency-Key"
LONGEST = 64
# RFC 8941 puts a string of this header into quotes; many clients do not.
_KEY = re.compile(rf'"?([A-Za-z0-9._~:/+=-]{{1,{LONGEST}}})"?', re.ASCII)


class IdempotencyKey(NamedTuple):
    """What a client calls its request, and what it asked for under that name (SHA-256 of method, path and body)."""

    key: str
    asked: str


def idempotency_key_of(request: Request) -> IdempotencyKey | None:
    """None if the client sent none. Raises InvalidInput for one that cannot be kept."""
    written = request.headers.get(HEADER)
    if written is None:
        return None
    found = _KEY.fullmatch(written)
    if found is None:
        detail = words(
            en=f"1 to {LONGEST} letters, digits or . _ ~ : / + = -", ko=f"영문·숫자·. _ ~ : / + = - 1~{LONGEST}자"
        )
        raise InvalidInput(errors=[{"field": HEADER, "code": "invalid", "detail": detail}])
    body = json.dumps(request.data, sort_keys=True, ensure_ascii=True)
    return IdempotencyKey(found[1], hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest())
