"""The endpoint that everybody calls at once: `POST …/ticket`, in front of Starlette.

Starlette's routing, middleware and request objects cost more than all that a join needs (docs/decisions/0012). What is
refused is answered by Starlette's side, in the same shape as everything else.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from http import HTTPStatus
from uuid import UUID

import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from coupon_queue.callers.caller import account_of, headers_in
from coupon_queue.eta import eta_of
from coupon_queue.http.endpoints import event_id_in
from coupon_queue.http.ticket_input import read_ticket_input
from coupon_queue.line import rules
from coupon_queue.line.rules import Ticket
from coupon_queue.process import QueueProcess
from salon_kit.spans.recording import is_on, note_answer
from salon_kit.spans.requests import asked_in, hot_request_unit
from salon_kit.tracing import trace_id_from, traced

_BEFORE, _AFTER = "/queue/v1/events/", "/ticket"
_ROUTE = f"{_BEFORE}{{event_id}}{_AFTER}"


class JoinEndpoint:
    def __init__(
        self,
        app: Starlette,
        *,
        process: QueueProcess,
        answer_failure: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._process = process
        self._answer_failure = answer_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        event = _event_named(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if event is None:
            await self._app(scope, receive, send)
            return
        headers = headers_in(scope["headers"])
        trace_id = trace_id_from(headers.get(b"x-request-id", b"").decode("latin-1"))
        if not is_on():
            await self._handle(event, headers, trace_id, scope, receive, send)
            return
        with hot_request_unit(f"POST {_ROUTE}", asked_in(headers, trace_id)) as span:
            status = await self._handle(event, headers, trace_id, scope, receive, send)
            if status is not None:
                note_answer(span, status)

    async def _handle(
        self, event: str, headers: dict[bytes, bytes], trace_id: str, scope: Scope, receive: Receive, send: Send
    ) -> HTTPStatus | int | None:
        """What was answered; None where nobody waited for it any more."""
        began = time.perf_counter()
        try:
            ticket = await self._join(event_id_in(event), headers, scope["query_string"], receive, trace_id)
        except ClientDisconnect:
            return None
        except Exception as error:
            scope.update(app=self._app, path_params={"event_id": event})
            return await self._refuse(scope, receive, send, error, trace_id, began)
        status = HTTPStatus.CREATED if ticket.is_new else HTTPStatus.OK
        self._count(status, began)
        await _answer(send, ticket, trace_id, status)
        return status

    async def _join(
        self, event_id: UUID, headers: dict[bytes, bytes], query_string: bytes, receive: Receive, trace_id: str
    ) -> Ticket:
        process = self._process
        account = account_of(
            headers,
            method="POST",
            query_string=query_string,
            tokens=process.access_tokens,
            ended=process.ended,
            allowed_origin=process.settings.allowed_origin,
        )
        process.join_rate.count(account.account_id, now=time.monotonic())
        rules.check_may_join(process.catalog, event_id=event_id, bearer=account)
        data = await read_ticket_input(
            receive,
            content_type=headers.get(b"content-type", b"").decode("latin-1"),
            accept_language=headers.get(b"accept-language", b"").decode("latin-1"),
            bytes_max=process.settings.body_bytes_max,
        )

        ticket = await rules.take_ticket(
            process.joining,
            catalog=process.catalog,
            tickets=process.tickets,
            event_id=event_id,
            account_id=account.account_id,
            presented=data.ticket,
            trace_id=trace_id,
        )

        if ticket.is_new:
            process.metrics.joins.inc()
            process.activity.joined(event_id, now=time.monotonic())
        return ticket

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, error: Exception, trace_id: str, began: float
    ) -> int:
        with traced(trace_id):
            response = await self._answer_failure(Request(scope, receive), error)
            self._count(response.status_code, began)
            response.headers["x-request-id"] = trace_id
            await response(scope, receive, send)
            if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
                raise error  # a bug: uvicorn logs it
        return response.status_code

    def _count(self, status: int, began: float) -> None:
        seconds = time.perf_counter() - began
        self._process.metrics.answered(method="POST", route=_ROUTE, is_stream=False, status=status, seconds=seconds)


async def _answer(send: Send, ticket: Ticket, trace_id: str, status: HTTPStatus) -> None:
    place = ticket.place
    body = orjson.dumps(
        {
            "ticket": ticket.text,
            "number": place.number,
            "ahead": place.ahead,
            "state": place.state,
            "eta": eta_of(ahead=place.ahead, per_place=place.eta_per_place),
        }
    )
    headers = [
        (b"content-length", b"%d" % len(body)),
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-request-id", trace_id.encode()),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=1024)
def _event_named(path: str) -> str | None:
    """The event in the path of a ticket; None for every other path."""
    if not (path.startswith(_BEFORE) and path.endswith(_AFTER)):
        return None
    event = path[len(_BEFORE) : -len(_AFTER)]
    return event if event and "/" not in event else None
