"""What a test, or a person at their own machine, makes happen: customers who pay, and what goes wrong."""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.stand_ins.toss import faults, payments
from deploy.local.stand_ins.toss.refusals import Refusal
from deploy.local.stand_ins.toss.store import Store
from deploy.local.stand_ins.toss.webhooks import notify

METHODS = {"card": "카드", "virtual_account": "가상계좌"}


def routes_of(store: Store) -> list[Route]:
    control = Control(store)
    return [
        Route("/control/payments", control.begin, methods=["POST"]),
        Route("/control/payments", lambda _: JSONResponse(control.all_payments()), methods=["GET"]),
        Route("/control/payments/{key}/{act}", control.act_on, methods=["POST"]),
        Route("/control/faults", control.set_faults, methods=["PUT"]),
        Route("/control/webhooks", control.set_webhooks, methods=["PUT"]),
        Route("/control/webhooks", lambda _: JSONResponse(store.webhooks()), methods=["GET"]),
        Route("/control/calls", lambda _: JSONResponse(store.calls()), methods=["GET"]),
    ]


class Control:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, request: Request) -> Response:
        """`{orderId, amount, method?, isPartialCancelable?}`: what a customer does in Toss's page."""
        asked = await request.json()
        payment = payments.begin(
            self._store,
            order_id=asked["orderId"],
            amount=asked["amount"],
            method=METHODS[asked.get("method", "card")],
            partly=asked.get("isPartialCancelable", True),
            now=time.time(),
        )
        return JSONResponse(payments.shown(payment), status_code=201)

    def all_payments(self) -> list[dict[str, Any]]:
        return [payments.shown(one) for one in self._store.payments()]

    def act_on(self, request: Request) -> Response:
        """`deposit`, `expire`, `abort`, or `cancel` as a shop does by hand in the console that Toss gives it."""
        key, act = request.path_params["key"], request.path_params["act"]
        try:
            with self._store.act():
                payment = payments.shown(self._done(key, act))
        except Refusal as refusal:
            return JSONResponse(refusal.body, status_code=refusal.status)
        notify(self._store, payment, kind="DEPOSIT_CALLBACK" if act == "deposit" else "PAYMENT_STATUS_CHANGED")
        return JSONResponse(payment)

    def _done(self, key: str, act: str) -> dict[str, Any]:
        now = time.time()
        match act:
            case "deposit":
                return payments.deposit(self._store, key, now=now)
            case "expire":
                return payments.end(self._store, key, "EXPIRED", now=now)
            case "abort":
                return payments.end(self._store, key, "ABORTED", now=now)
            case "cancel":
                return payments.cancel(self._store, key, {"cancelReason": "상점 관리자"}, now=now)
        raise Refusal("INVALID_REQUEST")

    async def set_faults(self, request: Request) -> Response:
        """`[{operation, kind, …, times?}]`, in the order in which they happen, in place of what was to come."""
        self._store.forget_faults()
        try:
            for asked in await request.json():
                fault = {name: value for name, value in asked.items() if name not in {"operation", "times"}}
                faults.check(asked.get("operation"), fault)
                for _ in range(asked.get("times", 1)):
                    self._store.add_fault(asked["operation"], fault)
        except ValueError as error:
            return JSONResponse({"wrong": str(error)}, status_code=422)
        return Response(status_code=204)

    async def set_webhooks(self, request: Request) -> Response:
        """`{url}`: where the shop wants them."""
        self._store.webhook_url = (await request.json())["url"]
        return Response(status_code=204)
