"""What every request passes first."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api import metrics
from salon_kit.spans.recording import note_answer
from salon_kit.spans.requests import REQUEST_START, TRACEPARENT, asked, request_unit
from salon_kit.tracing import trace_id_from, traced


def trace(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the request its trace id: bound to logs and events, of its spans, and in the answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        trace_id = trace_id_from(request.headers.get("X-Request-ID"))
        parent, started = request.headers.get(TRACEPARENT), request.headers.get(REQUEST_START)
        request_here = asked(trace_id, traceparent=parent, started=started)
        with traced(trace_id), request_unit(request.method or "", request_here) as span:
            response = get_response(request)
            if span.is_recording():
                span.update_name(f"{request.method} {_route_of(request) or 'unknown address'}")
                note_answer(span, response.status_code)
        response["X-Request-ID"] = trace_id
        _measure(request, response, seconds=time.perf_counter() - began)
        return response

    return answer


def _route_of(request: HttpRequest) -> str | None:
    return request.resolver_match.route if request.resolver_match else None


def _measure(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> None:
    method, status = request.method or "", response.status_code
    metrics.requests.answered(method=method, route=_route_of(request), status=status, seconds=seconds)
