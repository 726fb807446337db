"""What the line refuses, each with its stable code (see docs/api.md)."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class NotYetOpen(Problem):
    """Facts: `opens_at`."""

    status = HTTPStatus.CONFLICT
    code = "not-yet-open"
    title = "The coupon event has not opened yet"
    title_ko = "아직 시작하지 않은 이벤트예요"


class Closed(Problem):
    status = HTTPStatus.GONE
    code = "closed"
    title = "The coupon event is closed"
    title_ko = "마감된 이벤트예요"


class SoldOut(Problem):
    status = HTTPStatus.GONE
    code = "sold-out"
    title = "All coupons are gone"
    title_ko = "쿠폰이 모두 소진되었어요"


class AlreadyHasCoupon(Problem):
    status = HTTPStatus.CONFLICT
    code = "already-has-coupon"
    title = "You already have the coupon of this event"
    title_ko = "이미 이 이벤트의 쿠폰을 받았어요"


class AlreadyClaimed(Problem):
    status = HTTPStatus.CONFLICT
    code = "already-claimed"
    title = "Your coupon is already on its way"
    title_ko = "쿠폰이 이미 발급되는 중이에요"


class NotEligible(Problem):
    """Facts: `missing`, of `confirmed-email`, `account-before` and `dog`. A new token may say otherwise: refresh it."""

    status = HTTPStatus.FORBIDDEN
    code = "not-eligible"
    title = "This coupon event is for others: see what is missing"
    title_ko = "이 이벤트의 참여 조건에 맞지 않아요"


class LineFull(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "line-full"
    title = "The line is full; please try again soon"
    title_ko = "대기 인원이 가득 찼어요. 잠시 후 다시 시도해 주세요"


class TooManyWatching(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "too-many-watching"
    title = "Too many people are watching here; please look again soon"
    title_ko = "보고 있는 분이 너무 많아요. 잠시 후 다시 확인해 주세요"


class TooManyConnections(Problem):
    """Facts: `retry_after_seconds`."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "too-many-connections"
    title = "Too many connections here; please try again soon"
    title_ko = "지금은 연결이 너무 많아요. 잠시 후 다시 시도해 주세요"


class NotInLine(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not-in-line"
    title = "You are not in this line"
    title_ko = "이 줄에 서 있지 않아요"


class InvalidTicket(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid-ticket"
    title = "This ticket is not yours, not of this event, or not ours"
    title_ko = "사용할 수 없는 대기표예요"
