"""What an operator or a customer can hear no to, about coupons."""

from __future__ import annotations

from http import HTTPStatus

from salon_contracts.http.problem import NotFound, Problem


class NotALottery(NotFound):
    code = "not-a-lottery"
    title = "This event is first come, first served: nothing is drawn"
    title_ko = "선착순 이벤트라서 추첨이 없어요"


class NotADraft(Problem):
    """Facts: `state`."""

    status = HTTPStatus.CONFLICT
    code = "coupon-event-not-draft"
    title = "Only a draft can be changed or published"
    title_ko = "작성 중인 이벤트만 고치거나 공개할 수 있어요"


class NotPublished(Problem):
    """Facts: `state`."""

    status = HTTPStatus.CONFLICT
    code = "coupon-event-not-published"
    title = "This can only be done to a published event"
    title_ko = "공개된 이벤트에만 할 수 있어요"


class AlreadyOver(Problem):
    """Facts: `closes_at`."""

    status = HTTPStatus.CONFLICT
    code = "coupon-event-over"
    title = "The closing time of this event has passed"
    title_ko = "닫는 시각이 이미 지난 이벤트예요"
