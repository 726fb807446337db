"""The endpoints of the API: who asks is checked, a key is answered once, and what is to go wrong goes wrong."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.local.stand_ins.toss import payments
from deploy.local.stand_ins.toss.control import routes_of
from deploy.local.stand_ins.toss.faults import Cut
from deploy.local.stand_ins.toss.refusals import Refusal
from deploy.local.stand_ins.toss.store import Answer, Store
from deploy.local.stand_ins.toss.webhooks import notify

TEST_SECRET_KEY = "test_sk_of_the_stand_in"  # noqa: S105  # of nobody
LONGEST_KEY = 300

Act = Callable[[], dict[str, Any]]


def build_app(*, database: Path, secret_key: str = TEST_SECRET_KEY) -> Starlette:
    api = Api(Store(database), secret_key)
    return Starlette(
        routes=[
            Route("/v1/payments/confirm", api.confirm, methods=["POST"]),
            Route("/v1/payments/orders/{order_id}", api.get_by_order, methods=["GET"]),
            Route("/v1/payments/{key}", api.get, methods=["GET"]),
            Route("/v1/payments/{key}/cancel", api.cancel, methods=["POST"]),
            *routes_of(api.store),
        ]
    )


class Api:
    def __init__(self, store: Store, secret_key: str) -> None:
        self.store = store
        self._credentials = "Basic " + base64.b64encode(f"{secret_key}:".encode()).decode()

    async def confirm(self, request: Request) -> ASGIApp:
        asked = await _object_in(request)
        return await self._carry_out(request, "confirm", lambda: payments.confirm(self.store, asked, now=time.time()))

    async def cancel(self, request: Request) -> ASGIApp:
        asked, key = await _object_in(request), request.path_params["key"]
        return await self._carry_out(
            request, "cancel", lambda: payments.cancel(self.store, key, asked, now=time.time())
        )

    async def get(self, request: Request) -> ASGIApp:
        key = request.path_params["key"]
        return await self._carry_out(request, "get", lambda: payments.found(self.store, key, now=time.time()))

    async def get_by_order(self, request: Request) -> ASGIApp:
        order_id = request.path_params["order_id"]
        return await self._carry_out(
            request, "get", lambda: payments.found_by_order(self.store, order_id, now=time.time())
        )

    async def _carry_out(self, request: Request, operation: str, act: Act) -> ASGIApp:
        key = request.headers.get("idempotency-key", "") if operation != "get" else ""
        shown, answer = await run_in_threadpool(self._answered, request, operation, key, act)
        self.store.note_call(operation, status=answer.status, key=key)
        return shown

    def _answered(self, request: Request, operation: str, key: str, act: Act) -> tuple[ASGIApp, Answer]:
        if request.headers.get("authorization") != self._credentials:
            return _written(_refusal("UNAUTHORIZED_KEY"))
        if len(key) > LONGEST_KEY:
            return _written(_refusal("INVALID_IDEMPOTENCY_KEY"))
        kept = f"{request.method} {request.url.path} {key}" if key else ""
        if kept and (first := self.store.first_answer(kept, now=time.time())) is not None:
            return _written(first if first.status else _refusal("IDEMPOTENT_REQUEST_PROCESSING"))
        try:
            return self._with_fault(operation, act, kept)
        except BaseException:
            self.store.keep_answer(kept, None)
            raise

    def _with_fault(self, operation: str, act: Act, kept: str) -> tuple[ASGIApp, Answer]:
        fault = self.store.take_fault(operation)
        kind = fault.get("kind")
        if kind == "slow":
            time.sleep(fault["seconds"])
        if kind in {"refuse", "lose_request", "still_processing"}:
            self.store.keep_answer(kept, None)
            return self._instead(fault)
        answer = self._done(operation, act)
        self.store.keep_answer(kept, answer)
        return self._instead(fault) if kind in {"lose_answer", "contradict", "garbage"} else _written(answer)

    def _done(self, operation: str, act: Act) -> Answer:
        try:
            with self.store.act():
                payment = payments.shown(act())
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body)
        if operation != "get":
            notify(self.store, payment, kind="PAYMENT_STATUS_CHANGED")
        return Answer(200, payment)

    def _instead(self, fault: dict[str, Any]) -> tuple[ASGIApp, Answer]:
        match fault["kind"]:
            case "refuse" | "contradict":
                return _written(_refusal(fault["code"]))
            case "still_processing":
                return _written(Answer(200, {"status": "IN_PROGRESS"}))
            case "garbage":
                return HTMLResponse("<html>[["), Answer(200, {})
        return Cut(), Answer(0, {})


def _refusal(code: str) -> Answer:
    refusal = Refusal(code)
    return Answer(refusal.status, refusal.body)


def _written(answer: Answer) -> tuple[ASGIApp, Answer]:
    return JSONResponse(answer.body, status_code=answer.status), answer


async def _object_in(request: Request) -> dict[str, Any]:
    """What is none is an empty one, and refused for what it lacks."""
    try:
        found = json.loads(await request.body())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
