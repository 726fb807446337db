"""Why a slot cannot be held, or not be booked any more by who held it."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import Problem


class TooManyHolds(Problem):
    """Facts: `max_held`."""

    status = HTTPStatus.CONFLICT
    code = "too-many-holds"
    title = "You hold as many slots as one person may hold at a time"
    title_ko = "동시에 잡아 둘 수 있는 시간이 너무 많아요. 하나를 예약하거나 놓아 주세요"


class TooManyNewHolds(Problem):
    """Facts: `max_a_day` and `retry_after_seconds`. Those that were let go count too."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too-many-new-holds"
    title = "You have held as many slots as one person may hold in a day"
    title_ko = "하루에 잡아 둘 수 있는 횟수를 넘었어요. 나중에 다시 시도해 주세요"


class HoldHasEnded(Problem):
    """Facts: `state`, in which it is."""

    status = HTTPStatus.CONFLICT
    code = "hold-has-ended"
    title = "This slot is not held for you any more"
    title_ko = "잡아 둔 시간이 지났어요. 다시 골라 주세요"
