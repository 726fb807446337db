"""A problem as headers and a body, for what is refused before Django."""

from __future__ import annotations

import json

from salon_contracts.http.problem import MEDIA_TYPE, Problem, language_of
from salon_kit.tracing import trace_id_from


def written_out(
    problem: Problem, *, accept_language: str, request_id: str | None, path: str
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a refusal. `path` becomes the `instance`."""
    document = problem.body(language=language_of(accept_language), instance=path)
    body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Request-ID": trace_id_from(request_id),
        **problem.headers(),
    }
    return headers, body
