"""What every request passes first."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from salon_contracts.logs import trace_id_from, traced


def trace(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the request its trace id: bound to the logs, on `request.trace_id`, and in the answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        trace_id = trace_id_from(request.headers.get("X-Request-ID"))
        request.trace_id = trace_id  # type: ignore[attr-defined]
        with traced(trace_id):
            response = get_response(request)
        response["X-Request-ID"] = trace_id
        return response

    return answer


def trace_id_of(request: Request) -> str:
    """The trace id, for a view to hand on."""
    return str(request.trace_id)  # type: ignore[attr-defined]
