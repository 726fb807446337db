"""The OpenAPI document of queue's endpoints, made from the classes of what they take, give and refuse.

`python -m coupon_queue.http.openapi` prints it; `docs/queue-openapi.json` is that print, and `make check` keeps it so.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from coupon_queue.line import errors
from salon_contracts.http import problem
from salon_contracts.http.access_tokens import COOKIE, ON_BEHALF_OF_HEADER, ON_BEHALF_OF_PARAMETER
from salon_contracts.http.line_documents import (
    LINE_EVENTS,
    OPERATOR_EVENTS,
    WATCH_EVENTS,
    LineStatus,
    PlaceDocument,
    TicketDocument,
    TicketInput,
)
from salon_contracts.http.problem import MEDIA_TYPE, Problem, ProblemDocument
from salon_contracts.http.refusals import OF_ANY_REQUEST

_SCHEMAS = "#/components/schemas/{model}"
_THE_SAME_EVENT = {"event_id": "$request.path.event_id"}
_LINE = "/queue/v1/events/{event_id}"
Problems = tuple[type[Problem], ...]

# What any endpoint may say before it, or Redis behind it, was asked anything.
_EVERYWHERE: Problems = (
    *(*OF_ANY_REQUEST, problem.NotFound, problem.UnknownCouponEvent, problem.MethodNotAllowed),
    *(errors.TooManyConnections, problem.DependencyDown),
)
_PERSONAL: Problems = (problem.NotSignedIn, problem.InvalidToken, problem.SignedInAsAnother)


class Endpoint(NamedTuple):
    method: str
    path: str
    name: str
    summary: str
    gives: dict[int, type[BaseModel] | None]
    refuses: Problems
    takes: type[BaseModel] | None = None
    events: dict[str, type[BaseModel]] | None = None
    is_public: bool = False
    leads_to: tuple[str, ...] = ()


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        *("POST", f"{_LINE}/ticket", "join_line", "Take a place in the line, or show a ticket to have it again"),
        {200: TicketDocument, 201: TicketDocument},
        (
            *(problem.MalformedRequest, problem.InvalidInput, problem.UnsupportedMediaType, problem.RateLimited),
            *(problem.ForeignOrigin, problem.Forbidden, errors.NotYetOpen, errors.Closed, errors.SoldOut),
            *(errors.NotEligible, errors.AlreadyHasCoupon, errors.LineFull, errors.InvalidTicket),
        ),
        takes=TicketInput,
        leads_to=("get_my_place", "leave_line", "join_line"),
    ),
    Endpoint(
        *("DELETE", f"{_LINE}/ticket", "leave_line", "Leave the line; those behind move up"),
        {204: None},
        (problem.ForeignOrigin, errors.AlreadyClaimed, errors.AlreadyHasCoupon),
    ),
    Endpoint(
        *("GET", f"{_LINE}/place", "get_my_place", "My place in the line, once"),
        {200: PlaceDocument},
        (errors.NotInLine,),
    ),
    Endpoint(
        *("GET", f"{_LINE}/line", "follow_line", "My place and the line as they change, as server-sent events"),
        {200: None, 204: None},
        (errors.NotInLine, problem.RateLimited),
        events=LINE_EVENTS,
    ),
    Endpoint(
        *("GET", f"{_LINE}/watch", "watch_line", "The status of a line as it changes, for whoever looks"),
        {200: None, 204: None},
        (problem.RateLimited, errors.TooManyWatching),
        events=WATCH_EVENTS,
        is_public=True,
    ),
    Endpoint(*("GET", _LINE, "get_line_status", "The status of a line, once"), {200: LineStatus}, (), is_public=True),
    Endpoint(
        *("GET", f"{_LINE}/operator", "follow_line_numbers", "The line in numbers every second, for operators"),
        {200: None},
        (problem.Forbidden, problem.RateLimited),
        events=OPERATOR_EVENTS,
    ),
)


def document() -> dict[str, Any]:
    models: set[type[BaseModel]] = {ProblemDocument}
    for endpoint in ENDPOINTS:
        models |= {
            model for model in (*endpoint.gives.values(), endpoint.takes, *(endpoint.events or {}).values()) if model
        }
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "serialization") for model in ordered], ref_template=_SCHEMAS)
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for endpoint in ENDPOINTS:
        paths[endpoint.path][endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "DaengDaeng Salon: the line", "version": "1"},
        "paths": dict(paths),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def as_json() -> bytes:
    return (json.dumps(document(), ensure_ascii=False, indent=2) + "\n").encode()


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "security": [] if endpoint.is_public else [{"bearer": []}, {"cookie": []}],
        "parameters": list(_parameters(endpoint)),
        "responses": {**_answers(endpoint), **_refusals(endpoint)},
    }
    if endpoint.takes is not None:
        operation["requestBody"] = {
            "required": False,
            "content": {"application/json": {"schema": _reference(endpoint.takes)}},
        }
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    event = {"name": "event_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    account = {"schema": {"type": "integer", "minimum": 1}, "description": "on whose behalf the page acts"}
    parameters = [event]
    if not endpoint.is_public:
        parameters += [
            {"name": ON_BEHALF_OF_HEADER, "in": "header", **account},
            {"name": ON_BEHALF_OF_PARAMETER, "in": "query", **account},
        ]
    if endpoint.events is not None:
        parameters.append({"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}})
    return parameters


def _answers(endpoint: Endpoint) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, model in endpoint.gives.items():
        answer: dict[str, Any] = {
            "description": {201: "a new place", 204: "nothing more to say"}.get(status, endpoint.summary)
        }
        if model is not None:
            answer["content"] = {"application/json": {"schema": _reference(model)}}
        elif status == 200 and endpoint.events is not None:
            events = [_event(name, kind) for name, kind in endpoint.events.items()]
            answer["content"] = {"text/event-stream": {"schema": {"oneOf": events}}}
        if endpoint.leads_to:
            answer["links"] = {name: {"operationId": name, "parameters": _THE_SAME_EVENT} for name in endpoint.leads_to}
        answers[str(status)] = answer
    return answers


def _event(name: str, kind: type[BaseModel]) -> dict[str, Any]:
    """One event of a stream, as OpenAPI 3.2 describes them."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": _reference(kind)}
    return {
        "type": "object",
        "required": ["event", "data"],
        "properties": {"event": {"const": name}, "data": data, "id": {"type": "string"}, "retry": {"type": "integer"}},
    }


def _refusals(endpoint: Endpoint) -> dict[str, Any]:
    codes: defaultdict[int, set[str]] = defaultdict(set)
    for refused in (*_EVERYWHERE, *(() if endpoint.is_public else _PERSONAL), *endpoint.refuses):
        codes[int(refused.status)].add(refused.code)
    return {str(status): _refusal(sorted(of_status)) for status, of_status in sorted(codes.items())}


def _refusal(codes: list[str]) -> dict[str, Any]:
    schema = {"allOf": [_reference(ProblemDocument), {"properties": {"code": {"enum": codes}}}]}
    return {"description": " | ".join(codes), "content": {MEDIA_TYPE: {"schema": schema}}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(model=model.__name__)}


if __name__ == "__main__":
    sys.stdout.buffer.write(as_json())
