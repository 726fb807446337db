"""What every request passes first."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api import metrics
from salon_kit.tracing import trace_id_from, traced


def trace(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the request its trace id: bound to logs and events, and in the answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        trace_id = trace_id_from(request.headers.get("X-Request-ID"))
        with traced(trace_id):
            response = get_response(request)
        response["X-Request-ID"] = trace_id
        _measure(request, response, seconds=time.perf_counter() - began)
        return response

    return answer


def _measure(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    route = request.resolver_match.route if request.resolver_match else None
    metrics.requests.answered(method=request.method or "", route=route, status=response.status_code, seconds=seconds)
