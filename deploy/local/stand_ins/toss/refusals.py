"""Every documented refusal that this program can give, with its status. The words of Toss are for people: none here."""

from __future__ import annotations

STATUS_OF = {
    # What was asked for has happened already.
    "ALREADY_PROCESSED_PAYMENT": 400,
    "ALREADY_CANCELED_PAYMENT": 400,
    "DUPLICATED_ORDER_ID": 400,
    # Nobody knows whether it happened. The first is a 400 all the same.
    "PROVIDER_ERROR": 400,
    "FAILED_INTERNAL_SYSTEM_PROCESSING": 500,
    "FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING": 500,
    "COMMON_ERROR": 500,
    "TOO_MANY_REQUESTS": 429,
    "IDEMPOTENT_REQUEST_PROCESSING": 409,
    # Refused for good.
    "REJECT_CARD_COMPANY": 403,
    "REJECT_CARD_PAYMENT": 403,
    "INVALID_REJECT_CARD": 400,
    "INVALID_STOPPED_CARD": 400,
    "EXCEED_MAX_DAILY_PAYMENT_COUNT": 400,
    "EXCEED_MAX_PAYMENT_AMOUNT": 403,
    "BELOW_MINIMUM_AMOUNT": 400,
    "NOT_FOUND_PAYMENT": 404,
    "NOT_FOUND_PAYMENT_SESSION": 404,
    "NOT_CANCELABLE_AMOUNT": 403,
    "NOT_CANCELABLE_PAYMENT": 403,
    "NOT_ALLOWED_PARTIAL_REFUND": 403,
    # Of whoever asks: a wrong key, or a request that is none.
    "UNAUTHORIZED_KEY": 401,
    "INVALID_API_KEY": 400,
    "INVALID_REQUEST": 400,
    "INVALID_IDEMPOTENCY_KEY": 400,
    "FORBIDDEN_REQUEST": 403,
}


class Refusal(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUS_OF[code]

    @property
    def body(self) -> dict[str, str]:
        return {"code": self.code, "message": f"{self.code} (대역)"}
