"""Why a slot cannot be had."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


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


class BookedThen(Problem):
    """Facts: `booking_id`, the customer's own that overlaps."""

    status = HTTPStatus.CONFLICT
    code = "you-are-booked-then"
    title = "You have another booking at that time"
    title_ko = "그 시간에 다른 예약이 있어요"


class TooManyBookings(Problem):
    """Facts: `max_upcoming`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-bookings"
    title = "You have as many upcoming bookings as one person may have"
    title_ko = "앞으로의 예약이 너무 많아요. 지난 뒤나 취소한 뒤에 다시 예약해 주세요"


class TooManyNewBookings(Problem):
    """Facts: `max_a_day` and `retry_after_seconds`. Cancelled ones count: each was told to its groomer."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-new-bookings"
    title = "You have made as many bookings as one person may make in a day"
    title_ko = "하루에 할 수 있는 예약 횟수를 넘었어요. 나중에 다시 시도해 주세요"


class TooManyMoves(Problem):
    """Facts: `max_a_day` and `retry_after_seconds`. Of all bookings of one customer."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-moves"
    title = "You have moved bookings as often as one person may in a day"
    title_ko = "하루에 예약 시간을 바꿀 수 있는 횟수를 넘었어요. 나중에 다시 시도해 주세요"


class PaymentRequired(Problem):
    status = HTTPStatus.PAYMENT_REQUIRED
    code = "payment-required"
    title = "This salon is paid ahead: hold the slot, and pay for what is held"
    title_ko = "미리 결제해야 예약되는 살롱이에요. 시간을 잡아 두고 결제해 주세요"


REFUSALS = (SlotTaken, SlotNotOffered, SlotInPast, BookedThen, TooManyBookings, TooManyNewBookings)
"""Of a wish to have a slot."""
