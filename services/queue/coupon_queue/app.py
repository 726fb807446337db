"""The web application: routes, the one failure shape, and the jobs that live as long as it does."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from functools import partial
from http import HTTPStatus
from uuid import UUID

import orjson
from opentelemetry.trace import Span
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coupon_queue.background import running
from coupon_queue.callers.caller import headers_in
from coupon_queue.http import endpoints
from coupon_queue.http.join_endpoint import JoinEndpoint
from coupon_queue.http.route import ROUTE, AddressRoute
from coupon_queue.metrics import Metrics
from coupon_queue.outages import is_redis_outage
from coupon_queue.process import QueueProcess
from salon_contracts.http.problem import (
    MEDIA_TYPE,
    DependencyDown,
    InternalError,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    language_of,
)
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from salon_kit.spans.recording import NOTHING, note_answer
from salon_kit.spans.requests import asked_in, request_unit
from salon_kit.tracing import trace_id_from, traced

log = get_logger(__name__)

_READ = {"GET", "HEAD"}
_STREAMED = {"GET"}  # of a stream there is no head without its body
# Asked every few seconds by machines: as requests they would make every figure look good.
_PROBES = {"/healthz", "/readyz", "/metrics"}
# Who sent too much is not listened to any longer.
_AND_CLOSE = {"connection": "close"}


def build_app(process: QueueProcess) -> ASGIApp:
    app = Starlette(
        routes=[
            AddressRoute("/queue/v1/events/{event_id}", endpoints.status, methods=_READ),
            # POST is answered by JoinEndpoint, in front of this; it stands here for those who ask what is allowed.
            AddressRoute("/queue/v1/events/{event_id}/ticket", endpoints.leave, methods={"POST", "DELETE"}),
            AddressRoute("/queue/v1/events/{event_id}/line", endpoints.line, methods=_STREAMED, is_stream=True),
            AddressRoute("/queue/v1/events/{event_id}/watch", endpoints.watch, methods=_STREAMED, is_stream=True),
            AddressRoute("/queue/v1/events/{event_id}/place", endpoints.place, methods=_READ),
            AddressRoute("/queue/v1/events/{event_id}/operator", endpoints.operator, methods=_STREAMED, is_stream=True),
            AddressRoute("/queue/v1/openapi.json", endpoints.openapi, methods=_READ),
            AddressRoute("/healthz", endpoints.healthz, methods=_READ),
            AddressRoute("/readyz", endpoints.readyz, methods=_READ),
            AddressRoute("/metrics", endpoints.metrics, methods=_READ),
        ],
        exception_handlers={
            Problem: _answer_problem,
            HTTPException: _answer_framework,
            RedisError: _answer_redis,
            Exception: _answer_bug,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.add_middleware(_Traced, metrics=process.metrics)
    app.state.process = process
    return JoinEndpoint(app, process=process, answer_failure=_answer_failure)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    process: QueueProcess = app.state.process
    keep_alive = partial(process.presence.keep_alive, every_seconds=process.settings.keepalive_seconds)
    async with running(
        event_catalog=process.catalog.run,
        joining=process.joining.run,
        line_subscription=process.line_subscription.run,
        ended_sessions=process.ended_session_reader.run,
        beat=process.presence.beat,
        presence=process.presence.report,
        reports=process.reports.run,
        watchers=process.watchers.run,
        keep_alive=keep_alive,
        token_ends=process.presence.end_with_tokens,
        leader=process.leader.run,
        secrets=process.secrets.run,
    ):
        yield
        with contextlib.suppress(RedisError, TimeoutError):  # if Redis is away, the leader does it later
            async with asyncio.timeout(1.0):
                await process.presence.report_closed()
    await process.redis.aclose()


class _Traced:
    """Binds the click's trace id to everything that is logged for it, gives it back as X-Request-ID, and counts."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        header = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), None)
        trace_id = trace_id_from(header)
        scope.setdefault("state", {})["trace_id"] = trace_id

        answered = False

        async def send_traced(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", trace_id.encode())]
                answered = True
                _name(span, scope, status=message["status"])
                self._count(scope, status=message["status"], began=began)
            await send(message)

        with traced(trace_id), _unit(scope, trace_id) as span:
            try:
                await self._app(scope, receive, send_traced)
            except Exception:  # answered further out, as a bug
                _name(span, scope, status=HTTPStatus.INTERNAL_SERVER_ERROR)
                self._count(scope, status=HTTPStatus.INTERNAL_SERVER_ERROR, began=began)
                raise
            if not answered:  # a stream, which writes to its connection by itself (streams/open_stream.py)
                _name(span, scope, status=HTTPStatus.OK)
                self._count(scope, status=HTTPStatus.OK, began=began)

    def _count(self, scope: Scope, *, status: int, began: float) -> None:
        if scope["path"] in _PROBES:
            return
        route: AddressRoute | None = scope.get(ROUTE)
        self._metrics.answered(
            method=scope["method"],
            route=None if route is None else route.path,
            is_stream=route is not None and route.is_stream,
            status=status,
            seconds=time.perf_counter() - began,
        )


def _unit(scope: Scope, trace_id: str) -> AbstractContextManager[Span]:
    if scope["path"] in _PROBES:
        return NOTHING
    return request_unit(scope["method"], asked_in(headers_in(scope["headers"]), trace_id))


def _name(span: Span, scope: Scope, *, status: int) -> None:
    if span.is_recording():
        route: AddressRoute | None = scope.get(ROUTE)
        span.update_name(f"{scope['method']} {route.path if route else 'unknown address'}")
        note_answer(span, status)


async def _answer_failure(request: Request, error: Exception) -> Response:
    """As Starlette chooses from the handlers above, for the endpoint in front of it."""
    if isinstance(error, Problem):
        return await _answer_problem(request, error)
    if isinstance(error, RedisError) and is_redis_outage(error):
        return await _answer_redis(request, error)
    return await _answer_bug(request, error)


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - what Starlette registered this for
    return _problem_response(request, error)


async def _answer_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what Starlette registered this for
    problem: Problem = NotFound() if error.status_code == 404 else Problem(error.detail)
    if error.status_code == 405:
        problem = MethodNotAllowed()
    response = _problem_response(request, problem)
    response.headers.update(error.headers or {})
    return response


async def _answer_redis(request: Request, error: Exception) -> Response:
    if not is_redis_outage(error):
        raise error
    outage(log.warning, "redis_is_away", error=repr(error))
    return _problem_response(request, DependencyDown(dependency="redis", retry_after_seconds=2))


async def _answer_bug(request: Request, error: Exception) -> Response:
    return _problem_response(request, InternalError())


def _problem_response(request: Request, problem: Problem) -> Response:
    process: QueueProcess = request.app.state.process
    process.metrics.refusals.labels(problem.code).inc()
    _note_refusal(process, request, problem)
    language = language_of(request.headers.get("accept-language"))
    return Response(
        orjson.dumps(problem.body(language=language, instance=request.scope["path"])),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={
            **problem.headers(),
            **(_AND_CLOSE if isinstance(problem, TooLarge) else {}),
            "content-language": language,
            "cache-control": "no-store",
        },
    )


def _note_refusal(process: QueueProcess, request: Request, problem: Problem) -> None:
    with contextlib.suppress(KeyError, ValueError):  # an address without an event, or with a name that is none
        event_id = UUID(request.path_params["event_id"])
        if process.catalog.get(event_id) is not None:
            process.activity.refused(event_id, problem.code, now=time.monotonic())
