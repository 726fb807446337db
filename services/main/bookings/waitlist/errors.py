"""Why somebody cannot wait."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyWaits(Problem):
    """Facts: `max_waiting`, and `max_waiting_here` at one salon."""

    status = HTTPStatus.CONFLICT
    code = "too-many-waits"
    title = "You wait for as many slots as one person may wait for"
    title_ko = "기다리는 예약이 너무 많아요. 하나를 그만둔 뒤에 다시 시도해 주세요"


class TooManyNewWaits(Problem):
    """Facts: `max_a_day` and `retry_after_seconds`. Those that were left count too."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-new-waits"
    title = "You have joined the waitlist as often as one person may in a day"
    title_ko = "하루에 대기를 신청할 수 있는 횟수를 넘었어요. 나중에 다시 시도해 주세요"


class WaitHasEnded(Problem):
    """Facts: `state`, in which it is."""

    status = HTTPStatus.CONFLICT
    code = "wait-has-ended"
    title = "You do not wait for this any more"
    title_ko = "이미 끝난 대기예요"
