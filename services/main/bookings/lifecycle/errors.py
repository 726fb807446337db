"""Why a booking cannot end so."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class BookingHasBegun(Problem):
    status = HTTPStatus.CONFLICT
    code = "booking-has-begun"
    title = "A booking cannot be cancelled after it began"
    title_ko = "이미 시작된 예약은 취소할 수 없어요"


class BookingHasNotBegun(Problem):
    status = HTTPStatus.CONFLICT
    code = "booking-has-not-begun"
    title = "This booking has not begun yet"
    title_ko = "아직 시작되지 않은 예약이에요"


class BookingHasEnded(Problem):
    """Facts: `state`, in which it is."""

    status = HTTPStatus.CONFLICT
    code = "booking-has-ended"
    title = "This booking has ended in another way"
    title_ko = "이미 끝난 예약이에요"
