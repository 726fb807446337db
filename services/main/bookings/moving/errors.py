"""Why a booking cannot be moved."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooLateToReschedule(Problem):
    """Facts: `fee`, in won, of cancelling it now. Else a move would be the way around it."""

    status = HTTPStatus.CONFLICT
    code = "too-late-to-reschedule"
    title = "It is too late to move this booking: cancelling it costs a fee by now"
    title_ko = "취소 수수료가 생긴 뒤에는 시간을 바꿀 수 없어요"


class RescheduledTooOften(Problem):
    """Facts: `max_times`."""

    status = HTTPStatus.CONFLICT
    code = "rescheduled-too-often"
    title = "This booking was moved as often as one may be"
    title_ko = "이 예약은 더 이상 시간을 바꿀 수 없어요"
