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


class TooMuchTimeOff(Problem):
    """Facts: `max_upcoming`."""

    status = HTTPStatus.CONFLICT
    code = "too-much-time-off"
    title = "There are as many times off ahead as one groomer may have"
    title_ko = "앞으로의 휴무가 너무 많아요. 지난 뒤나 지운 뒤에 다시 추가해 주세요"
