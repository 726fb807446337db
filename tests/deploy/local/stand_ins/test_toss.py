"""The stand-in of Toss Payments answers as it is documented, and goes wrong in each way in which that can."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.stand_ins.toss import payments
from deploy.local.stand_ins.toss.app import LONGEST_KEY, TEST_SECRET_KEY
from deploy.local.stand_ins.toss.refusals import STATUS_OF
from deploy.local.stand_ins.toss.store import Store
from tests.deploy.local.stand_ins.toss_process import running

AMOUNT = 30_000


@pytest.fixture(scope="module")
def toss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running(tmp_path_factory.mktemp("toss") / "toss.sqlite") as client:
        yield client


def _credentials(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def _begun(toss: httpx.Client, *, amount: int = AMOUNT, **more: Any) -> dict[str, Any]:
    payment = toss.post(
        "/control/payments", json={"orderId": more.pop("orderId", uuid4().hex), "amount": amount, **more}
    )
    return {name: payment.json()[name] for name in ("paymentKey", "orderId")} | {"amount": amount}


def _paid(toss: httpx.Client, **more: Any) -> str:
    wanted = _begun(toss, **more)
    assert toss.post("/v1/payments/confirm", json=wanted).json()["status"] == "DONE"
    return str(wanted["paymentKey"])


def _cancel(toss: httpx.Client, key: str, **wanted: Any) -> httpx.Response:
    return toss.post(f"/v1/payments/{key}/cancel", json={"cancelReason": "예약 취소", **wanted})


def _go_wrong(toss: httpx.Client, operation: str, kind: str, **more: Any) -> None:
    fault = {"operation": operation, "kind": kind, **more}
    assert toss.put("/control/faults", json=[fault]).status_code == 204


def _status(toss: httpx.Client, key: str) -> str:
    return str(toss.get(f"/v1/payments/{key}").json()["status"])


def test_a_payment_is_begun_by_its_customer_confirmed_by_us_and_cancelled_in_parts(toss: httpx.Client) -> None:
    wanted = _begun(toss)
    key = wanted["paymentKey"]
    assert _status(toss, key) == "IN_PROGRESS"

    paid = toss.post("/v1/payments/confirm", json=wanted).json()
    part = _cancel(toss, key, cancelAmount=10_000).json()
    rest = _cancel(toss, key).json()

    assert (paid["status"], paid["balanceAmount"], paid["totalAmount"]) == ("DONE", AMOUNT, AMOUNT)
    assert (part["status"], part["balanceAmount"], part["totalAmount"]) == ("PARTIAL_CANCELED", 20_000, AMOUNT)
    assert (rest["status"], rest["balanceAmount"]) == ("CANCELED", 0)
    assert [one["cancelAmount"] for one in rest["cancels"]] == [10_000, 20_000]
    assert toss.get(f"/v1/payments/orders/{wanted['orderId']}").json() == rest


Act = Callable[[httpx.Client], httpx.Response]


def _confirm(toss: httpx.Client, **other: Any) -> httpx.Response:
    amount = other.pop("amount", AMOUNT)
    wanted = {**_begun(toss, amount=amount, **other.pop("begun", {})), **other}
    return toss.post("/v1/payments/confirm", json=wanted)


def _confirm_again(toss: httpx.Client) -> httpx.Response:
    wanted = _begun(toss)
    toss.post("/v1/payments/confirm", json=wanted)
    return toss.post("/v1/payments/confirm", json=wanted)


def _confirm_what_is_over(toss: httpx.Client) -> httpx.Response:
    wanted = _begun(toss)
    toss.post(f"/control/payments/{wanted['paymentKey']}/expire")
    return toss.post("/v1/payments/confirm", json=wanted)


def _same_order_twice(toss: httpx.Client) -> httpx.Response:
    order_id = uuid4().hex
    _paid(toss, orderId=order_id)
    return _confirm(toss, begun={"orderId": order_id})


def _cancel_twice(toss: httpx.Client) -> httpx.Response:
    key = _paid(toss)
    _cancel(toss, key)
    return _cancel(toss, key)


BY_RULES: dict[str, Act] = {
    "ALREADY_PROCESSED_PAYMENT": _confirm_again,
    "NOT_FOUND_PAYMENT_SESSION": _confirm_what_is_over,
    "DUPLICATED_ORDER_ID": _same_order_twice,
    "ALREADY_CANCELED_PAYMENT": _cancel_twice,
    "INVALID_REQUEST": lambda toss: _confirm(toss, amount=100, orderId="another"),
    "BELOW_MINIMUM_AMOUNT": lambda toss: _confirm(toss, amount=99),
    "NOT_FOUND_PAYMENT": lambda toss: toss.get("/v1/payments/of-nobody"),
    "NOT_CANCELABLE_AMOUNT": lambda toss: _cancel(toss, _paid(toss), cancelAmount=AMOUNT + 1),
    "NOT_CANCELABLE_PAYMENT": lambda toss: _cancel(toss, _begun(toss)["paymentKey"]),
    "NOT_ALLOWED_PARTIAL_REFUND": lambda toss: _cancel(toss, _paid(toss, isPartialCancelable=False), cancelAmount=1),
    "INVALID_IDEMPOTENCY_KEY": lambda toss: toss.post(
        "/v1/payments/confirm", json={}, headers={"Idempotency-Key": "k" * (LONGEST_KEY + 1)}
    ),
    "UNAUTHORIZED_KEY": lambda toss: toss.get(
        "/v1/payments/any", auth=None, headers=_credentials("test_sk_of_another:")
    ),
}


@pytest.mark.parametrize("code", BY_RULES)
def test_what_the_documentation_refuses_is_refused_with_its_code(toss: httpx.Client, code: str) -> None:
    answer = BY_RULES[code](toss)

    assert (answer.status_code, answer.json()["code"]) == (STATUS_OF[code], code)


def test_a_key_without_its_colon_is_no_key(toss: httpx.Client) -> None:
    assert toss.get("/v1/payments/any", auth=None, headers=_credentials(TEST_SECRET_KEY)).status_code == 401
    assert toss.get("/v1/payments/any", auth=None, headers=_credentials(f"{TEST_SECRET_KEY}:")).status_code == 404


@pytest.mark.parametrize("code", STATUS_OF)
def test_every_documented_refusal_can_be_had_and_then_nothing_has_happened(toss: httpx.Client, code: str) -> None:
    wanted = _begun(toss)
    _go_wrong(toss, "confirm", "refuse", code=code)

    refused = toss.post("/v1/payments/confirm", json=wanted)

    assert (refused.status_code, refused.json()["code"]) == (STATUS_OF[code], code)
    assert _status(toss, wanted["paymentKey"]) == "IN_PROGRESS"
    assert toss.post("/v1/payments/confirm", json=wanted).json()["status"] == "DONE"


@pytest.mark.parametrize("kind", ["contradict", "garbage"])
def test_it_can_do_what_its_answer_denies(toss: httpx.Client, kind: str) -> None:
    wanted = _begun(toss)
    _go_wrong(toss, "confirm", kind, code="REJECT_CARD_PAYMENT")

    answer = toss.post("/v1/payments/confirm", json=wanted)

    assert answer.headers["content-type"].startswith("text/html" if kind == "garbage" else "application/json")
    assert _status(toss, wanted["paymentKey"]) == "DONE"


def test_the_same_key_is_answered_as_it_was_at_first_also_after_a_restart(tmp_path: Path) -> None:
    headers = {"Idempotency-Key": "key-1"}
    with running(tmp_path / "toss.sqlite") as toss:
        wanted = _begun(toss)
        first = toss.post("/v1/payments/confirm", json=wanted, headers=headers).json()

    with running(tmp_path / "toss.sqlite") as toss:
        assert toss.post("/v1/payments/confirm", json=wanted, headers=headers).json() == first
        assert toss.post("/v1/payments/confirm", json=wanted).json()["code"] == "ALREADY_PROCESSED_PAYMENT"
        cancelled = [_cancel_with(toss, wanted["paymentKey"], "key-2") for _ in range(2)]
    assert [one["balanceAmount"] for one in cancelled] == [AMOUNT - 100] * 2


def _cancel_with(toss: httpx.Client, key: str, idempotency_key: str) -> dict[str, Any]:
    wanted = {"cancelReason": "예약 취소", "cancelAmount": 100}
    headers = {"Idempotency-Key": idempotency_key}
    return dict(toss.post(f"/v1/payments/{key}/cancel", json=wanted, headers=headers).json())


def test_while_a_key_is_under_way_it_is_refused_and_then_it_has_its_answer(toss: httpx.Client) -> None:
    wanted, headers = _begun(toss), {"Idempotency-Key": "key-1"}
    _go_wrong(toss, "confirm", "slow", seconds=1)
    slow = threading.Thread(
        target=toss.post, args=("/v1/payments/confirm",), kwargs={"json": wanted, "headers": headers}
    )
    slow.start()
    answers = []
    while slow.is_alive():
        answers.append(toss.post("/v1/payments/confirm", json=wanted, headers=headers))
        slow.join(timeout=0.2)

    after = toss.post("/v1/payments/confirm", json=wanted, headers=headers).json()

    assert 409 in {answer.status_code for answer in answers}
    assert after["status"] == "DONE"


def test_a_session_that_nobody_confirms_is_over_after_ten_minutes(tmp_path: Path) -> None:
    store = Store(tmp_path / "toss.sqlite")
    payment = payments.begin(store, order_id="order-1", amount=AMOUNT, method="카드", partly=True, now=1_000)

    for now, status in ((1_600, "IN_PROGRESS"), (1_601, "EXPIRED")):
        assert payments.found(store, payment["paymentKey"], now=now)["status"] == status


def test_an_account_that_nobody_has_paid_into_is_not_paid(toss: httpx.Client) -> None:
    wanted = _begun(toss, method="virtual_account")

    confirmed = toss.post("/v1/payments/confirm", json=wanted).json()
    paid = toss.post(f"/control/payments/{wanted['paymentKey']}/deposit").json()

    assert (confirmed["status"], paid["status"]) == ("WAITING_FOR_DEPOSIT", "DONE")
    assert confirmed["secret"]
    assert _cancel(toss, wanted["paymentKey"]).json()["code"] == "INVALID_REQUEST", "where to should it go?"


def test_a_fault_that_there_is_not_is_refused(toss: httpx.Client) -> None:
    for wrong in ({"operation": "pay", "kind": "slow"}, {"operation": "get", "kind": "refuse", "code": "NONE"}):
        assert toss.put("/control/faults", json=[wrong]).status_code == 422
