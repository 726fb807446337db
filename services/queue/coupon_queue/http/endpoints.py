"""The endpoints of the line: each translates, calls one rule, and answers. Shapes: docs/api.md."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, cast
from uuid import UUID

import orjson
from redis.exceptions import RedisError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from coupon_queue.callers.caller import account_of, address_of, headers_in
from coupon_queue.http.openapi import as_json
from coupon_queue.line import rules
from coupon_queue.line.errors import NotInLine, TooManyConnections
from coupon_queue.metrics import CONTENT_TYPE
from coupon_queue.outages import is_outage
from coupon_queue.process import QueueProcess
from coupon_queue.scripts import Overview, Place
from coupon_queue.streams.line_stream import LineStream, ending_sent, place_document
from coupon_queue.streams.open_stream import StreamResponse
from coupon_queue.streams.operator_stream import OperatorStream, numbers_every_second
from salon_contracts.events.coupons import CouponEventChangedV1
from salon_contracts.http.access_tokens import Bearer
from salon_contracts.http.problem import DependencyDown, Forbidden, RateLimited, UnknownCouponEvent, language_of
from salon_contracts.http.refusals import Overloaded

_OPENAPI = as_json()
_TOO_MANY_STREAMS_RETRY_SECONDS = 5
_EVENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_NO_PINGS_SECONDS = 24 * 3600  # it speaks every second anyhow


def json_answer(document: dict[str, Any], *, status: int = 200) -> Response:
    return Response(
        orjson.dumps(document),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


async def leave(request: Request) -> Response:
    process, account, event_id = _asked(request)

    await rules.leave_line(process.redis, event_id=event_id, account_id=account.account_id)

    return Response(status_code=204)


async def place(request: Request) -> Response:
    process, account, event_id = _asked(request)

    found = await rules.place_in_line(
        process.redis, event_id=event_id, account_id=account.account_id, grace_seconds=process.settings.grace_seconds
    )

    return json_answer(place_document(found, tickets=process.tickets, event_id=event_id, account_id=account.account_id))


async def line(request: Request) -> Response:
    """Registers the stream first and reads the place then, so that no change falls between."""
    process, account, event_id = _asked(request)

    _check_room(process, event_id, account.account_id)
    stream = process.streams.expect(
        event_id=event_id, account_id=account.account_id, session_id=account.session_id, expires_at=account.expires_at
    )
    found = await _read_place(process, stream)
    ended = ending_sent(headers_in(request.scope["headers"]).get(b"last-event-id", b""))
    if found is None or found.state == ended:
        process.streams.lost(stream)
        if ended is None:
            raise NotInLine
        return Response(status_code=204)

    async def begun() -> None:
        try:
            await process.presence.begin(stream, found)
        except RedisError as error:
            if not is_outage(error):
                raise
            stream.end()  # the customer reconnects and finds the place as it is then

    return cast(Response, StreamResponse(stream, trace_id=request.state.trace_id, begun=begun))


def _check_room(process: QueueProcess, event_id: UUID, account_id: int) -> None:
    """Raises RateLimited when the account has enough streams of this line here, TooManyConnections when all have."""
    if process.streams.streams_of_account(event_id, account_id) >= process.settings.streams_per_account:
        raise RateLimited(retry_after_seconds=_TOO_MANY_STREAMS_RETRY_SECONDS)
    if len(process.streams) >= process.settings.streams_max:
        raise TooManyConnections(retry_after_seconds=_TOO_MANY_STREAMS_RETRY_SECONDS)


async def status(request: Request) -> Response:
    process = _process_of(request)

    found = await rules.line_status(process.redis, catalog=process.catalog, event_id=_event_id(request))

    return json_answer(rules.status_document(found))


async def watch(request: Request) -> Response:
    """The public status of a line as it changes, for whoever looks: nobody has to be signed in."""
    process, event_id = _process_of(request), _event_id(request)
    headers = headers_in(request.scope["headers"])

    seen = await process.watchers.newest(event_id)
    if seen.is_final and ending_sent(headers.get(b"last-event-id", b"")) == seen.state:
        return Response(status_code=204)
    stream = process.watchers.expect(event_id, address=address_of(headers, client=request.client), seen=seen)

    async def begun() -> None:
        process.watchers.begin(stream)

    return cast(Response, StreamResponse(stream, trace_id=request.state.trace_id, begun=begun))


async def operator(request: Request) -> Response:
    """The numbers of one line, once a second, for operators."""
    process, account, event_id = _asked(request)
    if account.role != "operator":
        raise Forbidden
    if process.streams.operators.of_account(account.account_id) >= process.settings.streams_per_account:
        raise RateLimited(retry_after_seconds=_TOO_MANY_STREAMS_RETRY_SECONDS)

    async def look() -> tuple[Overview, CouponEventChangedV1 | None]:
        found = await rules.line_overview(process.redis, catalog=process.catalog, event_id=event_id)
        return found, process.catalog.get(event_id)

    await look()  # what is refused at once is refused before the stream begins
    process.ended.refuse(account.session_id)  # it may have ended meanwhile, before there was a stream to end

    stream = OperatorStream(account.account_id, account.session_id, account.expires_at)
    language = language_of(request.headers.get("accept-language"))
    return EventSourceResponse(
        _while_open(process, stream, numbers_every_second(look, stream=stream, language=language)),
        sep="\n",
        ping=_NO_PINGS_SECONDS,
        shutdown_event=stream.ended,
        shutdown_grace_period=2,
    )


async def _while_open(
    process: QueueProcess, stream: OperatorStream, events: AsyncIterator[ServerSentEvent]
) -> AsyncIterator[ServerSentEvent]:
    process.streams.operators.add(stream)
    try:
        async for event in events:
            yield event
    finally:
        process.streams.operators.discard(stream)


async def openapi(request: Request) -> Response:
    """Made once: anybody may ask for it."""
    return Response(_OPENAPI, media_type="application/json", headers={"cache-control": "public, max-age=3600"})


async def healthz(request: Request) -> Response:
    return json_answer({"status": "alive"})


async def readyz(request: Request) -> Response:
    process = _process_of(request)
    if process.leaving.is_set():
        raise Overloaded("This instance is about to stop", retry_after_seconds=1)
    if not process.catalog.caught_up.is_set():
        raise DependencyDown(dependency="kafka", retry_after_seconds=2)
    if not process.line_subscription.is_listening:
        raise DependencyDown(dependency="redis", retry_after_seconds=2)
    if not process.ended_session_reader.has_begun:
        raise DependencyDown(dependency="redis", retry_after_seconds=2)
    await process.redis.ping()
    return json_answer({"status": "ready"})


async def metrics(request: Request) -> Response:
    return Response(_process_of(request).metrics.text(), media_type=CONTENT_TYPE)


async def _read_place(process: QueueProcess, stream: LineStream) -> Place | None:
    try:
        return await process.presence.read_place(stream)
    except BaseException:
        process.streams.lost(stream)
        raise


def _asked(request: Request) -> tuple[QueueProcess, Bearer, UUID]:
    process = _process_of(request)
    account = account_of(
        headers_in(request.scope["headers"]),
        method=request.method,
        query_string=request.scope["query_string"],
        tokens=process.access_tokens,
        ended=process.ended,
        allowed_origin=process.settings.allowed_origin,
    )
    return process, account, _event_id(request)


def _process_of(request: Request) -> QueueProcess:
    return cast(QueueProcess, request.app.state.process)


def _event_id(request: Request) -> UUID:
    return event_id_in(request.path_params["event_id"])


def event_id_in(text: str) -> UUID:
    """Raises UnknownCouponEvent: what is no id is no event's. Python's UUID would take braces and prefixes too."""
    if _EVENT_ID.fullmatch(text) is None:
        raise UnknownCouponEvent
    return UUID(text)
