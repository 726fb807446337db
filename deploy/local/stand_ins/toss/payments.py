"""What becomes of a payment there: begun by its customer, confirmed, paid in, cancelled, over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from deploy.local.stand_ins.toss.refusals import Refusal
from deploy.local.stand_ins.toss.store import Store

SESSION_SECONDS = 10 * 60
LEAST = {"카드": 100, "가상계좌": 200}


def begin(store: Store, *, order_id: str, amount: int, method: str, partly: bool, now: float) -> dict[str, Any]:
    """Its customer has chosen how to pay, in the page that is Toss's. Nothing is paid yet."""
    payment = {
        "version": "2022-11-16",
        "paymentKey": f"tst{uuid4().hex}",
        "type": "NORMAL",
        "orderId": order_id,
        "orderName": "예약",
        "method": method,
        "currency": "KRW",
        "status": "IN_PROGRESS",
        "totalAmount": amount,
        "balanceAmount": amount,
        "requestedAt": _written(now),
        "approvedAt": None,
        "lastTransactionKey": None,
        "isPartialCancelable": partly,
        "cancels": None,
        "failure": None,
        "secret": None,
        "virtualAccount": None,
        "began": now,
    }
    store.save(payment)
    return payment


def found(store: Store, key: str, *, now: float) -> dict[str, Any]:
    """Raises Refusal. A session that nobody has confirmed is over after ten minutes."""
    payment = store.payment(key)
    if payment is None:
        raise Refusal("NOT_FOUND_PAYMENT")
    if payment["status"] == "IN_PROGRESS" and now - payment["began"] > SESSION_SECONDS:
        payment["status"] = "EXPIRED"
        store.save(payment)
    return payment


def found_by_order(store: Store, order_id: str, *, now: float) -> dict[str, Any]:
    """Raises Refusal. One that is paid rather than one that is not."""
    payments = store.payments_of(order_id)
    if not payments:
        raise Refusal("NOT_FOUND_PAYMENT")
    paid = [one for one in payments if one["approvedAt"]]
    return found(store, (paid or payments)[0]["paymentKey"], now=now)


def confirm(store: Store, wanted: dict[str, Any], *, now: float) -> dict[str, Any]:
    """Raises Refusal."""
    key, order_id, amount = (wanted.get(name) for name in ("paymentKey", "orderId", "amount"))
    if not isinstance(key, str) or not isinstance(order_id, str) or type(amount) is not int:
        raise Refusal("INVALID_REQUEST")
    payment = found(store, key, now=now)
    if payment["status"] == "EXPIRED":
        raise Refusal("NOT_FOUND_PAYMENT_SESSION")
    if payment["status"] != "IN_PROGRESS":
        raise Refusal("ALREADY_PROCESSED_PAYMENT")
    if (payment["orderId"], payment["totalAmount"]) != (order_id, amount):
        raise Refusal("INVALID_REQUEST")
    if amount < LEAST[payment["method"]]:
        raise Refusal("BELOW_MINIMUM_AMOUNT")
    if any(other["approvedAt"] for other in store.payments_of(order_id)):
        raise Refusal("DUPLICATED_ORDER_ID")
    if payment["method"] == "가상계좌":
        payment |= {"status": "WAITING_FOR_DEPOSIT", "secret": uuid4().hex}
        payment["virtualAccount"] = {
            "accountNumber": "X0000000000000",
            "bankCode": "88",
            "settlementStatus": "INCOMPLETED",
        }
    else:
        _pay(payment, now=now)
    store.save(payment)
    return payment


def deposit(store: Store, key: str, *, now: float) -> dict[str, Any]:
    """Its customer has paid into the account that was made for it. Raises Refusal."""
    payment = found(store, key, now=now)
    if payment["status"] != "WAITING_FOR_DEPOSIT":
        raise Refusal("INVALID_REQUEST")
    _pay(payment, now=now)
    store.save(payment)
    return payment


def end(store: Store, key: str, status: str, *, now: float) -> dict[str, Any]:
    """It is over without having been paid: EXPIRED or ABORTED. Raises Refusal."""
    payment = found(store, key, now=now)
    if payment["approvedAt"]:
        raise Refusal("ALREADY_PROCESSED_PAYMENT")
    payment["status"] = status
    store.save(payment)
    return payment


def cancel(store: Store, key: str, wanted: dict[str, Any], *, now: float) -> dict[str, Any]:
    """All that is left, or `cancelAmount` of it. Raises Refusal."""
    payment = found(store, key, now=now)
    left = payment["balanceAmount"]
    won, reason = wanted.get("cancelAmount", left), wanted.get("cancelReason")
    if not isinstance(reason, str) or not 1 <= len(reason) <= 200 or type(won) is not int:
        raise Refusal("INVALID_REQUEST")
    if payment["status"] == "CANCELED":
        raise Refusal("ALREADY_CANCELED_PAYMENT")
    if payment["status"] not in {"DONE", "PARTIAL_CANCELED"}:
        raise Refusal("NOT_CANCELABLE_PAYMENT")
    if not 0 < won <= left:
        raise Refusal("NOT_CANCELABLE_AMOUNT")
    if won < left and not payment["isPartialCancelable"]:
        raise Refusal("NOT_ALLOWED_PARTIAL_REFUND")
    if payment["method"] == "가상계좌" and "refundReceiveAccount" not in wanted:
        raise Refusal("INVALID_REQUEST")
    transaction = uuid4().hex
    done = {"cancelAmount": won, "cancelReason": reason, "canceledAt": _written(now), "transactionKey": transaction}
    payment["cancels"] = [*(payment["cancels"] or []), {**done, "cancelStatus": "DONE"}]
    payment |= {"balanceAmount": left - won, "lastTransactionKey": transaction}
    payment["status"] = "PARTIAL_CANCELED" if payment["balanceAmount"] else "CANCELED"
    store.save(payment)
    return payment


def shown(payment: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payment.items() if name != "began"}


def _pay(payment: dict[str, Any], *, now: float) -> None:
    payment |= {"status": "DONE", "approvedAt": _written(now), "lastTransactionKey": uuid4().hex}


def _written(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
