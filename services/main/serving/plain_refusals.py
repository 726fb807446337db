"""A problem as headers and a body, for what is refused before Django."""

from __future__ import annotations

import json
from http import HTTPStatus

from salon_contracts.http.problem import MEDIA_TYPE, Problem, language_of
from salon_kit.logs import trace_id_from


class RequestTimeout(Problem):
    status = HTTPStatus.REQUEST_TIMEOUT
    code = "request-timeout"
    title = "The request did not arrive in time"
    title_ko = "요청이 제때 도착하지 않았어요"


class UriTooLong(Problem):
    status = HTTPStatus.REQUEST_URI_TOO_LONG
    code = "uri-too-long"
    title = "The address is too long"
    title_ko = "주소가 너무 길어요"


class Overloaded(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "overloaded"
    title = "Very busy at the moment; please try again soon"
    title_ko = "지금 이용자가 많아요. 잠시 후 다시 시도해 주세요"


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
