"""Toss Payments: its addresses, its words, and to which class each of its refusals belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from payments.provider.port import Answer, Facts, Outcome
from payments.provider.remote import Remote, Reply

CONFIRM_SECONDS = 5.0
"""A customer waits for it; what comes later is found by asking."""
CANCEL_SECONDS = 5.0
FIND_SECONDS = 3.0

ALREADY = frozenset({"ALREADY_PROCESSED_PAYMENT", "ALREADY_CANCELED_PAYMENT", "DUPLICATED_ORDER_ID"})
REFUSED = frozenset(
    {
        *("REJECT_CARD_COMPANY", "REJECT_CARD_PAYMENT", "INVALID_REJECT_CARD", "INVALID_STOPPED_CARD"),
        *("NOT_FOUND_PAYMENT_SESSION", "BELOW_MINIMUM_AMOUNT"),
        *("NOT_CANCELABLE_AMOUNT", "NOT_CANCELABLE_PAYMENT", "NOT_ALLOWED_PARTIAL_REFUND"),
    }
)
_REFUSED_PREFIX = "EXCEED_MAX_"
OURS = frozenset({"UNAUTHORIZED_KEY", "INVALID_API_KEY", "INVALID_REQUEST", "FORBIDDEN_REQUEST"})
OURS |= {"INVALID_IDEMPOTENCY_KEY"}


def outcome_of(status: int, code: str) -> Outcome:
    """Of a refusal. PROVIDER_ERROR is a 400 and says nothing, so what is not known here says nothing either."""
    if code == "NOT_FOUND_PAYMENT":
        return Outcome.NOT_FOUND
    if code in ALREADY:
        return Outcome.ALREADY
    if code in REFUSED or code.startswith(_REFUSED_PREFIX):
        return Outcome.REFUSED
    if code in OURS and status < 500:
        return Outcome.OURS
    return Outcome.UNKNOWN


@dataclass
class Toss:
    client_key: str
    remote: Remote

    @property
    def is_resting(self) -> bool:
        return self.remote.is_resting

    def confirm(self, *, payment_key: str, order_id: str, won: int, idempotency_key: str) -> Answer:
        body = {"paymentKey": payment_key, "orderId": order_id, "amount": won}
        return _read(self.remote.post("/v1/payments/confirm", body, key=idempotency_key, seconds=CONFIRM_SECONDS))

    def cancel(self, *, payment_key: str, won: int, reason: str, idempotency_key: str) -> Answer:
        path = f"/v1/payments/{quote(payment_key, safe='')}/cancel"
        body = {"cancelReason": reason, "cancelAmount": won}
        return _read(self.remote.post(path, body, key=idempotency_key, seconds=CANCEL_SECONDS))

    def find(self, *, payment_key: str) -> Answer:
        return _read(self.remote.get(f"/v1/payments/{quote(payment_key, safe='')}", seconds=FIND_SECONDS))

    def find_order(self, *, order_id: str) -> Answer:
        return _read(self.remote.get(f"/v1/payments/orders/{quote(order_id, safe='')}", seconds=FIND_SECONDS))


def _read(reply: Reply | None) -> Answer:
    if reply is None:
        return Answer(Outcome.UNKNOWN)
    if reply.status == 200:
        facts = _facts_in(reply.document)
        return Answer(Outcome.UNKNOWN if facts is None else Outcome.KNOWN, facts, http_status=200)
    code = reply.document.get("code")
    code = code if isinstance(code, str) and code.isascii() else ""
    return Answer(outcome_of(reply.status, code), code=code, http_status=reply.status)


def _facts_in(document: dict[str, Any]) -> Facts | None:
    """None: that is no payment."""
    key, order_id, status = (document.get(name) for name in ("paymentKey", "orderId", "status"))
    total, balance = document.get("totalAmount"), document.get("balanceAmount")
    if not (isinstance(key, str) and isinstance(order_id, str) and isinstance(status, str)):
        return None
    if type(total) is not int or type(balance) is not int:
        return None
    return Facts(key, order_id, status, total, balance, document.get("isPartialCancelable") is not False)
