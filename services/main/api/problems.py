"""Every refusal leaves main as a problem document: ours, DRF's and Django's own."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from salon_contracts.http.problem import (
    MEDIA_TYPE,
    DependencyDown,
    Forbidden,
    ForeignOrigin,
    InternalError,
    InvalidInput,
    MalformedRequest,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    NotSignedIn,
    Problem,
    RateLimited,
    TooLarge,
    UnsupportedMediaType,
    language_of,
)
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.mysql.outages import is_outage

log = get_logger(__name__)

_SAME_FACT: list[tuple[type[Exception], type[Problem]]] = [
    (Http404, NotFound),
    (PermissionDenied, Forbidden),
    (RequestDataTooBig, TooLarge),
    # As Django answers it where no view has begun: too many parameters are found when one reads them.
    (SuspiciousOperation, Problem),
    (exceptions.NotFound, NotFound),
    (exceptions.ParseError, MalformedRequest),
    (exceptions.NotAuthenticated, NotSignedIn),
    (exceptions.AuthenticationFailed, NotSignedIn),
    (exceptions.PermissionDenied, Forbidden),
    (exceptions.MethodNotAllowed, MethodNotAllowed),
    (exceptions.NotAcceptable, NotAcceptable),
    (exceptions.UnsupportedMediaType, UnsupportedMediaType),
    (exceptions.Throttled, RateLimited),
]
_DATABASE_ANSWERS_AGAIN_AFTER_SECONDS = 2
# Of a list of wrong things the first ones say enough; an answer does not grow with what was asked.
MOST_ERRORS_SHOWN = 20


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF calls this for whatever a view raises."""
    set_rollback()
    problem = problem_of(error)
    request: HttpRequest = context["request"]._request  # noqa: SLF001  # DRF has no public name for it
    return Response(
        problem.body(language=language_of(request.headers.get("Accept-Language")), instance=request.path),
        status=int(problem.status),
        headers=problem.headers(),
        content_type=MEDIA_TYPE,
    )


def problem_of(error: Exception) -> Problem:
    """The fact behind an exception. What nobody expected is logged here and becomes InternalError."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        return InvalidInput(errors=_field_errors(error.detail)[:MOST_ERRORS_SHOWN])
    for known, problem in _SAME_FACT:
        if isinstance(error, known):
            return problem()
    if isinstance(error, (OperationalError, InterfaceError)):
        if is_outage(error):
            outage(log.error, "database_away", reason=str(error.args[:2]))
        else:
            log.error("database_failed", exc_info=error)
        return DependencyDown(dependency="mysql", retry_after_seconds=_DATABASE_ANSWERS_AGAIN_AFTER_SECONDS)
    log.error("request_failed", exc_info=error)
    return InternalError()


def _field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [found for name, inner in detail.items() for found in _field_errors(inner, _joined(path, str(name)))]
    if isinstance(detail, list):
        return [
            found
            for number, inner in enumerate(detail)
            for found in _field_errors(inner, path if isinstance(inner, str) else _joined(path, str(number)))
        ]
    return [{"field": path, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


def _joined(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else name


def as_response(problem: Problem, request: HttpRequest) -> JsonResponse:
    """A problem outside DRF."""
    response = JsonResponse(
        problem.body(language=language_of(request.headers.get("Accept-Language")), instance=request.path),
        status=int(problem.status),
        headers=problem.headers(),
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    # The middleware that counts it may be among those that the request never reached.
    response["Content-Length"] = str(len(response.content))
    return response


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return as_response(TooLarge() if isinstance(exception, RequestDataTooBig) else Problem(), request)


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    return as_response(Forbidden(), request)


def page_not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return as_response(NotFound(), request)


def server_error(request: HttpRequest) -> JsonResponse:
    # Django tells this handler nothing, but calls it while it handles the exception.
    error = sys.exc_info()[1]
    return as_response(problem_of(error) if isinstance(error, Exception) else InternalError(), request)


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    log.warning("csrf_refused", reason=reason)
    return as_response(ForeignOrigin(), request)
