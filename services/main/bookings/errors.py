"""Why a slot cannot be had, or a booking not be changed."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.problem import Problem


class SlotTaken(Problem):
    status = HTTPStatus.CONFLICT
    code = "slot-taken"
    title = "This slot is already booked"
    title_ko = "이미 예약된 시간이에요"


class SlotNotOffered(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "slot-not-offered"
    title = "This groomer does not offer that time"
    title_ko = "예약할 수 없는 시간이에요"


class SlotInPast(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "slot-in-past"
    title = "That time has passed"
    title_ko = "이미 지난 시간이에요"


class BookingHasBegun(Problem):
    status = HTTPStatus.CONFLICT
    code = "booking-has-begun"
    title = "A booking cannot be cancelled after it began"
    title_ko = "이미 시작된 예약은 취소할 수 없어요"
