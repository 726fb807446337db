"""Why a time off cannot be."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TimeOffMeetsBookings(Problem):
    """Facts: `booking_ids`, at most twenty of those that stand in the way."""

    status = HTTPStatus.CONFLICT
    code = "time-off-meets-bookings"
    title = "You have bookings in that time; cancel them first"
    title_ko = "그 시간에 예약이 있어요. 먼저 예약을 취소해 주세요"


class TimeOffMeetsHold(Problem):
    """Facts: `held_until`. Somebody pays for that time at this moment."""

    status = HTTPStatus.CONFLICT
    code = "time-off-meets-hold"
    title = "A customer is about to book in that time; try again in some minutes"
    title_ko = "지금 그 시간을 예약하고 있는 고객이 있어요. 잠시 뒤에 다시 시도해 주세요"


class TooMuchTimeOff(Problem):
    """Facts: `max_upcoming`."""

    status = HTTPStatus.CONFLICT
    code = "too-much-time-off"
    title = "There are as many times off ahead as one groomer may have"
    title_ko = "앞으로의 휴무가 너무 많아요. 지난 뒤나 지운 뒤에 다시 추가해 주세요"
